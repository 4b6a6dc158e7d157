"""Runs the lines of Python that the page "From training to Kakomi" shows, with real torch and torchvision:

    python3 scripts/torchvision/recipes.py FOLDER

FOLDER gets detector.pth and detector.onnx of a small detector with seeded weights. Lines of other packages are left
out.
"""

import os
import re
import sys
from pathlib import Path

import torch
from torchvision.models import detection

text = Path("src/lib/features/guide/recipes.ts").read_text()
recipes = dict(re.findall(r"^  (\w+): `(.*?)`,$", text, re.DOTALL | re.MULTILINE))
torch.manual_seed(1)
model = detection.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=2)
os.chdir(sys.argv[1])
for name in ("save", "own"):
    exec(recipes[name])
print({path: os.path.getsize(path) for path in ("detector.pth", "detector.onnx")})
