"""How a pin stands and what happened to it, in words for messages: Thai, English. Pages have theirs in src/locales."""

STATUS = {  # as the pages say it
    "reported": ("แจ้งแล้ว รอตรวจสอบ", "Reported, waiting for a check"),
    "verified": ("ตรวจสอบแล้ว", "Checked"),
    "forwarded": ("ส่งต่อหน่วยงานอื่นแล้ว", "Sent on to another office"),
    "planned": ("เข้าแผนแล้ว", "In the plan"),
    "funded": ("ได้งบแล้ว", "Funded"),
    "in_progress": ("กำลังทำ", "Under way"),
    "done": ("ทำเสร็จแล้ว รอชาวบ้านยืนยัน", "Done, waiting for the villagers"),
    "confirmed": ("ชาวบ้านยืนยันแล้ว", "Confirmed by the villagers"),
    "closed_without_fix": ("ปิดเรื่อง ยังไม่ได้แก้", "Closed without a fix"),
    "withdrawn": ("ผู้แจ้งขอถอน", "Withdrawn"),
}
KINDS = {
    "reported": ("แจ้งความต้องการใหม่", "New need"),
    "edited": ("แก้ไขข้อมูล", "Details corrected"),
    "joined": ("รวมกับเรื่องเดียวกัน", "Joined with the same need"),
    "parted": ("แยกออกเป็นเรื่องของตนเอง", "Stands for itself again"),
    "checked": ("เจ้าหน้าที่ตรวจดูแล้ว", "Looked at by an officer"),
    "hidden": ("ซ่อนแล้ว", "Hidden"),
    "shown": ("แสดงอีกครั้ง", "Shown again"),
    "reply": ("คำตอบจากเจ้าหน้าที่", "Answer of the officer"),
    "undone": ("ถอนขั้นตอนก่อนหน้า กลับเป็น", "The last step was taken back, now again"),  # followed by a status
    "meeting": ("ประชาคมหมู่บ้าน", "Village meeting"),
}
