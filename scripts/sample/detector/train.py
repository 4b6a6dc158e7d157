"""Trains the sample project's detector: a small network that finds the bumps in the drawn pictures.

    node scripts/sample/detector/draw-training.mjs FOLDER
    python3 scripts/sample/detector/train.py FOLDER static/sample/detector.onnx
    node scripts/sample/detector/judge.mjs

Made with Debian's python3-torch (1.13.1), one thread, about ten minutes. Seeded: the same machine gives the same file.

The graph takes a picture as torchvision's detectors do, `image` [3, height, width], red, green, blue in 0..1, of any
size, and puts out what they put out: `boxes` [n, 4] (corners in pixels of that picture), `labels` [n] (1: the first
class) and `scores` [n]. Resizing and the choice of boxes are in the graph, so nothing about it has to be asked.
"""

import json
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional as F

SEED = 7
WIDTH, HEIGHT = 160, 128
# Pixels to a cell of the map that says where something is.
STRIDE = 8
MOST_BOXES = 20
EPOCHS = 20
BATCH = 16
LEARNING_RATE = 4e-3
# The last pictures are not learned from: they show during training how it goes.
HELD_OUT = 60


def block(inside, outside, stride=1):
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


class Network(nn.Module):
    """Halves the picture four times, comes back once, and says for each cell whether a bump's middle is there and
    how far the sides of its box are."""

    def __init__(self):
        super().__init__()
        self.by_2 = block(3, 16, 2)
        self.by_4 = nn.Sequential(block(16, 32, 2), block(32, 32))
        self.by_8 = nn.Sequential(block(32, 64, 2), block(64, 64))
        self.by_16 = nn.Sequential(block(64, 96, 2), block(96, 96))
        self.from_16 = nn.Conv2d(96, 64, 1)
        self.join = block(64, 64)
        self.middle = nn.Conv2d(64, 1, 1)
        self.sides = nn.Conv2d(64, 4, 1)
        nn.init.constant_(self.middle.bias, -3.0)

    def forward(self, pictures):
        by_8 = self.by_8(self.by_4(self.by_2(pictures - 0.5)))
        coarse = F.interpolate(self.from_16(self.by_16(by_8)), scale_factor=2.0, mode="nearest")
        x = self.join(by_8 + coarse)
        # In cells of the map, never negative.
        return self.middle(x), F.softplus(self.sides(x))


def cell_centres():
    y, x = torch.meshgrid(
        torch.arange(HEIGHT // STRIDE) + 0.5, torch.arange(WIDTH // STRIDE) + 0.5, indexing="ij"
    )
    return x * STRIDE, y * STRIDE


class Detector(nn.Module):
    """The network with its picture resized before and its boxes chosen after."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        x, y = cell_centres()
        self.register_buffer("centres", torch.stack([x, y, x, y], dim=-1).reshape(-1, 4))
        self.register_buffer("outwards", torch.tensor([-1.0, -1.0, 1.0, 1.0]) * STRIDE)

    def forward(self, image):
        # Halving once bilinearly and once by the mean is the mean of four by four where the picture has the
        # sample's size.
        small = F.interpolate(image[None], size=(2 * HEIGHT, 2 * WIDTH), mode="bilinear", align_corners=False)
        middle, sides = self.network(F.avg_pool2d(small, 2))
        score = torch.sigmoid(middle)
        # Only the highest of three by three cells: a bump has one middle.
        peak = score * (score == F.max_pool2d(score, 3, 1, 1)).to(score.dtype)
        scores, cells = torch.topk(peak.reshape(-1), MOST_BOXES)
        distances = sides.reshape(4, -1).transpose(0, 1)
        boxes = (self.centres + distances * self.outwards)[cells]
        scale = torch.stack([image.shape[2] * torch.tensor(1 / WIDTH), image.shape[1] * torch.tensor(1 / HEIGHT)])
        return boxes * torch.cat([scale, scale]), torch.ones_like(cells), scores


def targets(boxes):
    """How near each cell is to a bump's middle (1: there), and the box of the nearest."""
    x, y = cell_centres()
    near = torch.zeros_like(x)
    box_of = torch.zeros(*x.shape, 4)
    for box in boxes:
        width, height = box[2] - box[0], box[3] - box[1]
        across = (x - (box[0] + box[2]) / 2) / (width * 0.18 + 1)
        down = (y - (box[1] + box[3]) / 2) / (height * 0.18 + 1)
        own = torch.exp(-(across**2 + down**2) / 2)
        own[own == own.max()] = 1
        is_nearer = own > near
        near = torch.where(is_nearer, own, near)
        box_of[is_nearer] = box
    return near, box_of


def middle_loss(logits, near):
    """A focal loss that forgives cells near a middle."""
    score = torch.sigmoid(logits).clamp(1e-4, 1 - 1e-4)
    is_middle = near == 1
    hit = torch.log(score) * (1 - score) ** 2
    miss = torch.log(1 - score) * score**2 * (1 - near) ** 4
    return -torch.where(is_middle, hit, miss).sum() / is_middle.sum().clamp(min=1)


def overlap_loss(distances, near, box_of):
    """1 minus the generalised overlap of boxes, where a middle is near."""
    weight = torch.where(near > 0.4, near, torch.zeros_like(near))
    chosen = weight > 0
    if not chosen.any():
        return distances.sum() * 0
    x, y = cell_centres()
    centres = torch.stack([x, y, x, y], dim=-1).expand(len(near), -1, -1, -1)[chosen]
    own = centres + distances.permute(0, 2, 3, 1)[chosen] * STRIDE * torch.tensor([-1.0, -1.0, 1.0, 1.0])
    true = box_of[chosen]
    area = lambda corners: (corners[:, 2] - corners[:, 0]).clamp(min=0) * (corners[:, 3] - corners[:, 1]).clamp(min=0)
    shared = area(torch.cat([torch.max(own, true)[:, :2], torch.min(own, true)[:, 2:]], dim=1))
    around = area(torch.cat([torch.min(own, true)[:, :2], torch.max(own, true)[:, 2:]], dim=1))
    union = area(own) + area(true) - shared
    generalised = shared / union - (around - union) / around
    return ((1 - generalised) * weight[chosen]).sum() / weight[chosen].sum()


def varied(picture, boxes, random):
    """The same picture as another endoscope might show it: mirrored, moved, nearer, brighter, of another tint."""
    zoom = random.uniform(0.85, 1.2)
    shift_x, shift_y = random.uniform(-0.1, 0.1), random.uniform(-0.1, 0.1)
    mirror_x, mirror_y = random.choice([-1, 1]), random.choice([-1, 1])
    # From places of the new picture to places of the old one, both in -1..1.
    matrix = torch.tensor([[mirror_x / zoom, 0, shift_x], [0, mirror_y / zoom, shift_y]], dtype=torch.float32)
    grid = F.affine_grid(matrix[None], [1, 3, HEIGHT, WIDTH], align_corners=False)
    moved = F.grid_sample(picture[None], grid, padding_mode="zeros", align_corners=False)[0]
    gain = torch.tensor(random.uniform(0.85, 1.15, 3), dtype=torch.float32) * random.uniform(0.8, 1.2)
    moved = (moved.clamp(min=0) ** random.uniform(0.85, 1.15) * gain[:, None, None]).clamp(0, 1)
    moved = moved + torch.tensor(random.normal(0, random.uniform(0, 0.015), moved.shape), dtype=torch.float32)
    new = []
    for left, top, right, bottom in boxes:
        xs = sorted(((side / WIDTH * 2 - 1) - shift_x) * zoom * mirror_x for side in (left, right))
        ys = sorted(((side / HEIGHT * 2 - 1) - shift_y) * zoom * mirror_y for side in (top, bottom))
        corners = [(xs[0] + 1) / 2 * WIDTH, (ys[0] + 1) / 2 * HEIGHT, (xs[1] + 1) / 2 * WIDTH, (ys[1] + 1) / 2 * HEIGHT]
        if 0 < (corners[0] + corners[2]) / 2 < WIDTH and 0 < (corners[1] + corners[3]) / 2 < HEIGHT:
            new.append(torch.tensor(corners, dtype=torch.float32).clamp(min=0).min(torch.tensor([WIDTH, HEIGHT, WIDTH, HEIGHT]).float()))
    return moved, new


def held_out_losses(network, pictures, truth):
    network.eval()
    with torch.no_grad():
        middle, sides = network(pictures)
        both = [targets([torch.tensor(box) for box in boxes]) for boxes in truth]
        near, box_of = torch.stack([one[0] for one in both]), torch.stack([one[1] for one in both])
        found = middle_loss(middle[:, 0], near), overlap_loss(sides, near, box_of)
    network.train()
    return found


def main(folder, output):
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    random = numpy.random.default_rng(SEED)
    with open(f"{folder}/truth.json") as file:
        # In pixels of a picture of 640 x 512.
        truth = [[[side / 4 for side in box] for box in boxes] for boxes in json.load(file)["truth"]]
    pixels = numpy.fromfile(f"{folder}/pictures.rgb", dtype=numpy.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    pictures = torch.tensor(pixels.transpose(0, 3, 1, 2).copy()).float() / 255
    learned = len(pictures) - HELD_OUT

    network = Network()
    print(sum(value.numel() for value in network.parameters()), "weights")
    steps = EPOCHS * (learned // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps, pct_start=0.1)
    for epoch in range(EPOCHS):
        order = random.permutation(learned)
        for batch in range(learned // BATCH):
            chosen = order[batch * BATCH : (batch + 1) * BATCH]
            some = [varied(pictures[at], truth[at], random) for at in chosen]
            both = [targets(boxes) for _, boxes in some]
            near, box_of = torch.stack([one[0] for one in both]), torch.stack([one[1] for one in both])
            middle, sides = network(torch.stack([picture for picture, _ in some]))
            loss = middle_loss(middle[:, 0], near) + overlap_loss(sides, near, box_of)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 10)
            optimizer.step()
            schedule.step()
        if epoch % 2 == 1:
            middle, overlap = held_out_losses(network, pictures[learned:], truth[learned:])
            print(f"epoch {epoch + 1}: middle {middle:.3f}, overlap {overlap:.3f} on pictures held out", flush=True)

    torch.onnx.export(
        Detector(network).eval(),
        (torch.rand(3, 4 * HEIGHT, 4 * WIDTH),),
        output,
        opset_version=14,
        input_names=["image"],
        output_names=["boxes", "labels", "scores"],
        dynamic_axes={"image": {1: "height", 2: "width"}},
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
