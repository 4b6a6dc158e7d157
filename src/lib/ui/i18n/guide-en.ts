/** Words of the page "From training to Kakomi". */
export const guideEn = {
  title: 'From training to Kakomi',
  link: 'From training to Kakomi: how to bring a model',
  lead: 'How a detector that you trained in Python comes into this app. The file stays on this computer.',
  lines: (about: string) => `Lines of Python: ${about}`,
  pth: {
    title: 'A detector of torchvision (.pth)',
    nothing:
      'Nothing to do. Save the weights and connect the file: it is read as it is, without Python and without a conversion.',
    these: 'These are known by the names of their tensors:',
    detectors: [
      'Faster R-CNN ResNet-50 FPN, both versions; Mask R-CNN and Keypoint R-CNN by their boxes',
      'Faster R-CNN MobileNetV3-Large FPN: the app asks which of the two it is, their files look the same',
      'RetinaNet ResNet-50 FPN, both versions',
      'FCOS ResNet-50 FPN',
      'SSD300 VGG-16',
      'SSDlite320 MobileNetV3-Large',
    ],
    names:
      'Class names are not in such a file: the app proposes the project’s labels, in the order of the classes.',
  },
  own: {
    title: 'Another network of PyTorch (.onnx)',
    how: 'Put boxes, labels and scores out under these names, and nothing has to be asked:',
    rules: [
      'The picture comes in as red, green, blue between 0 and 1, in its own size. What else it needs (resizing, mean and deviation) belongs into forward.',
      'Boxes are left, top, right, bottom in pixels of that picture.',
      'Labels count from 1; 0 is background.',
      'Weak boxes may stay: the app has a threshold. Boxes that overlap must have been dropped.',
      'Call eval() before the export; a network in training mode puts out losses.',
    ],
  },
  yolo: {
    title: 'YOLO of Ultralytics',
    how: 'The .pt holds a program and is refused. Export it where it was trained; class names and sizes travel in the .onnx:',
  },
  traps: {
    title: 'Traps',
    list: [
      {
        sign: 'The model runs, but boxes are shifted or a third is missing: RoiAlign with opset 16 or later',
        cure: 'Older torchvision leaves out how RoiAlign counts pixels, and from opset 16 the default is another one. Export with opset_version=11 (up to 15). The app warns of such a file.',
      },
      {
        sign: 'A second file .onnx.data lies beside the .onnx',
        cure: 'It holds the weights. Choose both files together.',
      },
      {
        sign: 'Boxes only in pictures of one size',
        cure: 'Without dynamic_axes the size of the example is written into the file.',
      },
      {
        sign: 'TorchScript (.pt of torch.jit.save), or torch.save(model) of your own class',
        cure: 'Such a file needs Python to run. Save model.state_dict() of a torchvision detector, or export an .onnx.',
      },
      {
        sign: 'Training wrote model, optimizer and epoch into one file',
        cure: 'That is fine: the weights are found in it.',
      },
    ],
  },
};
