from django import forms


class UploadForm(forms.Form):
    file = forms.FileField(
        label="表格文件",
        help_text="Excel 工作簿(.xlsx 或 .xls)",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls"}),
        error_messages={"required": "请先选择要上传的表格。", "empty": "这个文件是空的。"},
    )
