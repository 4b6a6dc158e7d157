/**
 * Lines of Python that the page shows. Each was run with torch 1.13.1 and torchvision 0.14.1
 * (scripts/torchvision/recipes.py takes them from this file), except those of `ultralytics`, which is a separate
 * package.
 */
export const RECIPES = {
  save: `torch.save(model.state_dict(), "detector.pth")`,

  own: `class ForKakomi(torch.nn.Module):
    def __init__(self, detector):
        super().__init__()
        self.detector = detector

    def forward(self, image):  # [3, height, width], red, green, blue, 0..1
        found = self.detector([image])[0]
        return found["boxes"], found["labels"], found["scores"]


torch.onnx.export(
    ForKakomi(model.eval()),
    (torch.rand(3, 480, 640),),
    "detector.onnx",
    opset_version=11,  # with RoiAlign 11 to 15, not 16 or later
    input_names=["image"],
    output_names=["boxes", "labels", "scores"],
    dynamic_axes={"image": {1: "height", 2: "width"}, "boxes": {0: "n"}, "labels": {0: "n"}, "scores": {0: "n"}},
)`,

  ultralytics: `from ultralytics import YOLO

YOLO("best.pt").export(format="onnx")`,
} as const;
