"""Writes what real torchvision finds with weights that a test can make again: tests/fixtures/torchvision-more.

    python3 scripts/torchvision/reference.py [model ...]

Made with Debian's python3-torch (1.13.1) and python3-torchvision (0.14.1). No weights are trained and none are kept: every
tensor is `generated` from its name and two numbers, which are chosen so that signals neither vanish nor burst on
their way and a few dozen boxes come out. The same generator in TypeScript is in tests/fixtures/torchvision.ts.
"""

import json
import math
import sys
from pathlib import Path

import numpy
import torch
import torchvision
from PIL import Image
from torch import nn
from torchvision.models import detection

PICTURES = Path("tests/fixtures/torchvision-reference")
OUTPUT = Path("tests/fixtures/torchvision-more")
CLASSES = 3
# Wanted of all scores of the first picture above the threshold.
CHOSEN = 60

# kwargs: `small` for three pictures at a size that takes a moment, and one as torchvision would have it.
RESNET = {"small": {"min_size": 224}, "threshold": 0.05}
MODELS = {
    "retinanet_resnet50_fpn": RESNET,
    "retinanet_resnet50_fpn_v2": RESNET,
    "fcos_resnet50_fpn": {**RESNET, "threshold": 0.2, "spread": {"bbox_reg": (2.0, 0.7)}},
    "ssd300_vgg16": {"small": None, "threshold": 0.01},
    "ssdlite320_mobilenet_v3_large": {"small": None, "threshold": 0.001},
    # Its head takes a moment for every box that is proposed: small pictures have fewer.
    "fasterrcnn_resnet50_fpn_v2": {"small": {"min_size": 96}, "threshold": None},
    "fasterrcnn_mobilenet_v3_large_fpn": {"small": {"min_size": 320}, "threshold": None},
    "fasterrcnn_mobilenet_v3_large_320_fpn": {"small": None, "threshold": None},
}


def generated(name, count, a, b):
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    h = (numpy.arange(count, dtype=numpy.uint32) * numpy.uint32(0x9E3779B9)) + numpy.uint32(seed)
    h = (h ^ (h >> 16)) * numpy.uint32(0x85EBCA6B)
    h = (h ^ (h >> 13)) * numpy.uint32(0xC2B2AE35)
    h ^= h >> 16
    return (((h >> 8).astype(numpy.float64) / 2**23 - 1) * a + b).astype(numpy.float32)


class Weights:
    """Two numbers for each tensor of a model: values lie evenly within `a` of `b`."""

    def __init__(self, model):
        self.tensors = {
            name: tensor for name, tensor in model.state_dict(keep_vars=True).items() if tensor.is_floating_point()
        }
        self.chosen = {}

    def set(self, name, a, b):
        a, b = float(f"{a:.6g}"), float(f"{b:.6g}")
        self.chosen[name] = (a, b)
        tensor = self.tensors[name]
        values = generated(name, tensor.numel(), a, b).reshape(tensor.shape)
        tensor.data.copy_(torch.from_numpy(values))


# Mean and spread of what a layer of this name puts out; of all others 0 and 1.
SPREAD = {"cls_logits": (-4.0, 1.5), "bbox_reg": (0.0, 0.4), "bbox_pred": (0.0, 0.4), "bbox_ctrness": (0.0, 1.0)}


def calibrate(model, picture, weights, spread):
    """Chooses the numbers layer by layer, each as the picture comes to it."""
    done = set()

    def before(module, inputs, name):
        if name in done:
            return
        done.add(name)
        x = inputs[0].detach()
        if isinstance(module, (nn.BatchNorm2d, torchvision.ops.FrozenBatchNorm2d)):
            mean, variance = float(x.mean()), float(x.var())
            weights.set(f"{name}.weight", 0.2, 1.0)
            weights.set(f"{name}.bias", 0.3, 0.0)
            weights.set(f"{name}.running_mean", 0.2 * math.sqrt(variance), mean)
            weights.set(f"{name}.running_var", 0.3 * variance, variance)
        elif isinstance(module, nn.GroupNorm):
            weights.set(f"{name}.weight", 0.2, 1.0)
            weights.set(f"{name}.bias", 0.3, 0.0)
        else:
            wanted = next((of for part, of in spread.items() if part in name), (0.0, 1.0))
            a = math.sqrt(3 / module.weight[0].numel())
            weights.set(f"{name}.weight", a, 0.0)
            if module.bias is not None:
                weights.set(f"{name}.bias", 0.0, 0.0)
            put_out = module.forward(x)
            weights.set(f"{name}.weight", a * wanted[1] / float(put_out.std()), 0.0)
            if module.bias is not None:
                put_out = module.forward(x)
                weights.set(f"{name}.bias", 0.1 * wanted[1], wanted[0] - float(put_out.mean()))

    hooks = []
    for name, module in model.named_modules():
        kinds = (nn.Conv2d, nn.Linear, nn.BatchNorm2d, torchvision.ops.FrozenBatchNorm2d, nn.GroupNorm)
        if isinstance(module, kinds):
            hooks.append(module.register_forward_pre_hook(lambda own, x, name=name: before(own, x, name)))
    with torch.no_grad():
        model([picture])
    for hook in hooks:
        hook.remove()


def shift_to(model, picture, weights, threshold):
    """Moves the bias of the class scores so that CHOSEN of them are above the threshold, half-way to the next."""
    last = [name for name in weights.chosen if name.endswith("cls_logits.bias")]
    heard = []
    module = dict(model.named_modules())["head.classification_head.cls_logits"]
    hook = module.register_forward_hook(lambda own, x, out: heard.append(out.detach().flatten()))
    with torch.no_grad():
        model([picture])
    hook.remove()
    logits = torch.cat(heard).sort(descending=True).values
    wanted = math.log(threshold / (1 - threshold))
    for name in last:
        a, b = weights.chosen[name]
        weights.set(name, a, b + wanted - float(logits[CHOSEN - 1] + logits[CHOSEN]) / 2)


def open_picture(path):
    pixels = numpy.asarray(Image.open(path).convert("RGB"))
    return torch.from_numpy(pixels.transpose(2, 0, 1).copy()).float() / 255


def make(name, **kwargs):
    make_model = getattr(detection, name)
    return make_model(weights=None, weights_backbone=None, num_classes=CLASSES, **kwargs).eval()


def found(model, picture):
    with torch.no_grad():
        (result,) = model([picture])
    return {
        "boxes": [[round(side, 3) for side in box] for box in result["boxes"].tolist()],
        "scores": [round(score, 6) for score in result["scores"].tolist()],
        "labels": result["labels"].tolist(),
    }


def main(names):
    torch.set_num_threads(1)
    pictures = sorted(PICTURES.glob("image-*.png"))
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name in names:
        about = MODELS[name]
        small = about["small"]
        model = make(name, **(small or {}))
        weights = Weights(model)
        for tensor in weights.tensors:
            if tensor.endswith("scale_weight"):
                weights.set(tensor, 2.0, 20.0)
        first = open_picture(pictures[0])
        calibrate(model, first, weights, {**SPREAD, **about.get("spread", {})})
        missing = set(weights.tensors) - set(weights.chosen)
        assert not missing, missing
        if about["threshold"] is not None and name.startswith(("retinanet", "fcos")):
            shift_to(model, first, weights, about["threshold"])
        results = [
            {"image": path.name, "shortSide": (small or {}).get("min_size"), **found(model, open_picture(path))}
            for path in pictures
        ]
        if small is not None:
            whole = make(name)
            whole.load_state_dict(model.state_dict())
            results.append({"image": pictures[0].name, "shortSide": None, **found(whole, first)})
        tensors = [[name, list(weights.tensors[name].shape), *numbers] for name, numbers in weights.chosen.items()]
        with open(OUTPUT / f"{name}.json", "w") as file:
            json.dump({"tensors": tensors, "results": results}, file, separators=(",", ":"))
            file.write("\n")
        print(name, [(len(one["scores"]), one["scores"][:1], one["scores"][-1:]) for one in results], flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(MODELS))
