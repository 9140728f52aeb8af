from xiaoan.ground.norms.declare import Norm

NORMS = [
    Norm("files.most_megabytes", "int", "兆", "单个文件最大多少兆", 10, "平台默认", "platform", 1, 50),
    Norm("files.image_pixels", "int", "像素", "照片长边缩到多少像素", 1600, "平台默认", "platform", 640, 4096),
]
