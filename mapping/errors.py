"""What the product refuses, in words: one table, Thai and English side by side.

A `Refusal` is raised by domain code with a code from `MESSAGES` and the place where the
trouble is (`attr`, a path such as ``geometry.coordinates[1]``). The API turns it into the
one error shape (`mapping/api/errors.py`); commands print it. Every sentence says what is
wrong and what to do about it, and blames nobody.
"""

from typing import NamedTuple


class Message(NamedTuple):
    status: int  # HTTP status
    en: str  # str.format template
    th: str


MESSAGES: dict[str, Message] = {
    # -- body gate ------------------------------------------------------------------------
    "body_too_large": Message(
        413,
        "The request is larger than {limit_kb} kB. Send fewer words, and photos one by one.",
        "ข้อมูลที่ส่งใหญ่เกิน {limit_kb} กิโลไบต์ โปรดส่งข้อความให้สั้นลง และส่งรูปทีละรูป",
    ),
    "body_empty": Message(
        400,
        "The request is empty. Send the data as JSON.",
        "ไม่มีข้อมูลในคำขอ โปรดส่งข้อมูลมาด้วย",
    ),
    "body_encoding": Message(
        400,
        "The text is not plain UTF-8. Send it as UTF-8 without a byte-order mark.",
        "รหัสอักขระไม่ถูกต้อง โปรดส่งข้อความเป็น “UTF-8” โดยไม่มี “BOM” นำหน้า",
    ),
    "body_depth": Message(
        400,
        "The data is nested more than {limit} levels deep. Send it flatter.",
        "ข้อมูลซ้อนกันลึกเกิน {limit} ชั้น โปรดลดจำนวนชั้น",
    ),
    "json_broken": Message(
        400,
        "The JSON cannot be read at line {line}, column {column}. Correct it and send it again.",
        "อ่านข้อมูล “JSON” ไม่ได้ที่บรรทัด {line} ตำแหน่ง {column} โปรดแก้แล้วส่งใหม่",
    ),
    "json_duplicate_key": Message(
        400,
        "“{name}” stands twice in the same object. Keep one of the two.",
        "มี “{name}” ซ้ำกันในที่เดียวกัน โปรดเหลือไว้เพียงค่าเดียว",
    ),
    "number_not_finite": Message(
        400,
        "This is not a finite number. Send an ordinary number, or null if it is not known.",
        "ค่านี้ไม่ใช่จำนวนที่ใช้ได้ โปรดส่งเป็นตัวเลขธรรมดา หรือส่ง “null” ถ้าไม่ทราบค่า",
    ),
    "number_too_big": Message(
        400,
        "This number is too long to be kept exactly. Whole numbers end at 9007199254740991.",
        "ตัวเลขนี้ยาวเกินกว่าจะเก็บได้ครบทุกหลัก จำนวนเต็มต้องไม่เกิน 9007199254740991",
    ),
    "text_characters": Message(
        400,
        "The text holds a NUL or half a character. Remove it and type that word again.",
        "ข้อความมีอักขระที่เก็บไม่ได้ โปรดลบออกแล้วพิมพ์คำนั้นใหม่",
    ),
    "text_type": Message(
        400,
        "This must be text. Put it in quotation marks.",
        "ค่านี้ต้องเป็นข้อความ โปรดใส่ไว้ในเครื่องหมายคำพูด",
    ),
    "text_too_long": Message(
        400,
        "The text has {length} characters; {limit} fit. Shorten it.",
        "ข้อความยาว {length} ตัวอักษร ใส่ได้ไม่เกิน {limit} โปรดย่อให้สั้นลง",
    ),
    "member_missing": Message(
        400,
        "“{name}” is missing. Add it.",
        "ขาด “{name}” โปรดเพิ่มเข้ามา",
    ),
    "member_unknown": Message(
        400,
        "“{name}” is not known here. Leave it out.",
        "ที่นี่ไม่รู้จัก “{name}” โปรดตัดออก",
    ),
    # -- geometry gate --------------------------------------------------------------------
    "feature_type": Message(
        400,
        "This must be one GeoJSON object of type “Feature”. Send pins one by one.",
        "ข้อมูลต้องเป็น GeoJSON ชนิด “Feature” เพียงหนึ่งรายการ โปรดส่งทีละหมุด",
    ),
    "feature_id": Message(
        400,
        "The id must be text of 1 to {limit} characters, in quotation marks.",
        "รหัสของรายการต้องเป็นข้อความยาว 1 ถึง {limit} ตัวอักษร โปรดใส่ไว้ในเครื่องหมายคำพูด",
    ),
    "properties_object": Message(
        400,
        "“properties” must be an object with the answers of the pin.",
        "“properties” ต้องเป็นชุดคำตอบของหมุด โปรดส่งเป็นชื่อคู่กับค่า",
    ),
    "feature_id_differs": Message(
        400,
        "The id in the body is not the one in the address. Leave it out, or send the same.",
        "รหัสในข้อมูลไม่ตรงกับรหัสในที่อยู่ โปรดตัดออก หรือใช้รหัสเดียวกัน",
    ),
    "geometry_object": Message(
        400,
        "The place must be a GeoJSON “Point”, or null for the whole village.",
        "ตำแหน่งต้องเป็น GeoJSON ชนิด “Point” หรือเป็น “null” เมื่อหมายถึงทั้งหมู่บ้าน",
    ),
    "geometry_type": Message(
        400,
        "A pin is one point; “{got}” is not. Send a GeoJSON “Point”.",
        "หมุดคือจุดเดียว ใช้ “{got}” ไม่ได้ โปรดส่ง GeoJSON ชนิด “Point”",
    ),
    "geometry_crs": Message(
        400,
        "These coordinates are in another reference system. Convert them to longitude and "
        "latitude on WGS 84 and leave out “crs”.",
        "พิกัดนี้ใช้ระบบอ้างอิงอื่น โปรดแปลงเป็นลองจิจูดและละติจูดแบบ GPS (“WGS 84”) แล้วตัด “crs” ออก",
    ),
    "coordinates_pair": Message(
        400,
        "The coordinates must be two numbers: longitude, then latitude.",
        "พิกัดต้องเป็นตัวเลขสองค่า คือลองจิจูด ตามด้วยละติจูด",
    ),
    "cell_plus_code": Message(
        400,
        "“{given}” is not a plus code. Write it as the map shows it, such as 7P528XX7+GX or 8XX7+GX with the place.",
        "“{given}” ไม่ใช่พลัสโค้ด โปรดเขียนตามที่แผนที่แสดง เช่น 7P528XX7+GX หรือ 8XX7+GX ตามด้วยชื่อสถานที่",
    ),
    "plus_code_coarse": Message(
        400,
        "The plus code {given} covers 275 m or more. Give the signs after the + too.",
        "พลัสโค้ด {given} กว้าง 275 เมตรขึ้นไป โปรดใส่ตัวอักษรหลังเครื่องหมาย + ให้ครบ",
    ),
    "plus_code_needs_place": Message(
        400,
        "The plus code {given} is short. Name the subdistrict or district beside it, or give the whole code.",
        "พลัสโค้ด {given} เป็นแบบย่อ โปรดระบุตำบลหรืออำเภอไว้ด้วย หรือใส่รหัสเต็ม",
    ),
    "coordinates_3d": Message(
        400,
        "The coordinates hold a height. Send longitude and latitude only.",
        "พิกัดมีค่าความสูงมาด้วย โปรดส่งเฉพาะลองจิจูดกับละติจูด",
    ),
    "coordinate_number": Message(
        400,
        "Each coordinate must be a number, without quotation marks.",
        "พิกัดแต่ละค่าต้องเป็นตัวเลข โปรดส่งโดยไม่มีเครื่องหมายคำพูด",
    ),
    "out_of_range": Message(
        400,
        "{value} degrees is not on the map. Longitude runs from -180 to 180, latitude from -90 to 90.",
        "ค่า {value} องศาอยู่นอกแผนที่ ลองจิจูดต้องอยู่ระหว่าง -180 ถึง 180 และละติจูดระหว่าง -90 ถึง 90",
    ),
    "coordinates_metres": Message(
        400,
        "{x}, {y} are out of range for degrees and look like metres (UTM). "
        "Convert them to longitude and latitude in degrees.",
        "ค่า {x}, {y} เกินช่วงขององศา และดูเหมือนพิกัดเป็นเมตร (“UTM”) โปรดแปลงเป็นลองจิจูดและละติจูดหน่วยองศา",
    ),
    "swapped": Message(
        400,
        "Longitude and latitude look swapped. Send longitude {lng} first, then latitude {lat}.",
        "ลองจิจูดกับละติจูดน่าจะสลับกัน โปรดส่งลองจิจูด {lng} ก่อน แล้วตามด้วยละติจูด {lat}",
    ),
    "null_island": Message(
        400,
        "Longitude 0, latitude 0 lies in the sea and means that no place was set. Set the place on the map.",
        "ลองจิจูด 0 ละติจูด 0 อยู่กลางทะเล แปลว่ายังไม่ได้เลือกตำแหน่ง โปรดเลือกจุดบนแผนที่",
    ),
    "bbox_numbers": Message(
        400,
        "The bounding box must be four numbers: west,south,east,north.",
        "กรอบแผนที่ต้องเป็นตัวเลขสี่ค่า คั่นด้วยเครื่องหมายลูกน้ำ (,) เรียงเป็น ตะวันตก ใต้ ตะวันออก เหนือ",
    ),
    "bbox_range": Message(
        400,
        "The bounding box leaves the map at {value}. Longitude runs from -180 to 180, latitude from -90 to 90.",
        "กรอบแผนที่เลยขอบไปที่ค่า {value} ลองจิจูดต้องอยู่ระหว่าง -180 ถึง 180 และละติจูดระหว่าง -90 ถึง 90",
    ),
    "bbox_order": Message(
        400,
        "The bounding box is empty. West must be less than east and south less than north; "
        "split a box that crosses longitude 180.",
        "กรอบแผนที่ว่างเปล่า ค่าตะวันตกต้องน้อยกว่าตะวันออก และค่าใต้ต้องน้อยกว่าเหนือ ถ้ากรอบคร่อมลองจิจูด 180 โปรดแบ่งเป็นสองกรอบ",
    ),
    "tile_number": Message(
        400,
        "A tile is named by three whole numbers: zoom, column, row.",
        "ชื่อแผ่นแผนที่ต้องเป็นจำนวนเต็มสามค่า คือ ระดับขยาย คอลัมน์ และแถว",
    ),
    "tile_range": Message(
        404,
        "There is no such tile. Zoom runs from 0 to {max_zoom}; column and row stay below 2 to the power of the zoom.",
        "ไม่มีแผ่นแผนที่นี้ ระดับขยายต้องอยู่ระหว่าง 0 ถึง {max_zoom} คอลัมน์และแถวต้องน้อยกว่า 2 ยกกำลังระดับขยาย",
    ),
    # -- image gate -----------------------------------------------------------------------
    "image_empty": Message(
        422,
        "The photo is empty. Take or choose it again.",
        "ไฟล์รูปว่างเปล่า โปรดถ่ายหรือเลือกรูปใหม่",
    ),
    "image_too_large": Message(
        413,
        "The photo is larger than {limit_mb} MB. Choose a smaller one or take it again.",
        "รูปใหญ่เกิน {limit_mb} เมกะไบต์ โปรดเลือกรูปที่เล็กลงหรือถ่ายใหม่",
    ),
    "image_type": Message(
        415,
        "This is not a JPEG, PNG or WebP photo. Save it as JPEG and send it again.",
        "ไฟล์นี้ไม่ใช่รูปชนิด “JPEG” “PNG” หรือ “WebP” โปรดบันทึกเป็น “JPEG” แล้วส่งใหม่",
    ),
    "image_broken": Message(
        422,
        "The photo is damaged and cannot be opened. Take or choose it again.",
        "ไฟล์รูปเสีย เปิดไม่ได้ โปรดถ่ายหรือเลือกรูปใหม่",
    ),
    "image_pixels": Message(
        422,
        "The photo has too many pixels; {limit_mpx} million fit. Make it smaller and send it again.",
        "รูปมีความละเอียดสูงเกินไป รับได้ไม่เกิน {limit_mpx} ล้านพิกเซล โปรดย่อรูปแล้วส่งใหม่",
    ),
    "image_timeout": Message(
        422,
        "The photo takes too long to open. Save it as an ordinary JPEG and send it again.",
        "รูปนี้ใช้เวลาเปิดนานเกินไป โปรดบันทึกเป็น “JPEG” ธรรมดาแล้วส่งใหม่",
    ),
    "image_busy": Message(
        503,
        "Too many photos are being checked just now. It will be sent again by itself.",
        "ขณะนี้มีรูปรอตรวจจำนวนมาก ระบบจะส่งรูปนี้ให้ใหม่เอง",
    ),
    # -- a pin ----------------------------------------------------------------------------
    "field_required": Message(400, "“{field}” is missing. Send it.", "ขาดข้อมูล “{field}” โปรดส่งมาด้วย"),
    "field_unknown": Message(
        400,
        "“{field}” is not known here. Leave it out, or see the documentation for the right name.",
        "ไม่รู้จักข้อมูล “{field}” โปรดตัดออก หรือดูชื่อที่ถูกต้องในเอกสาร",
    ),
    "unknown_category": Message(
        400,
        "There is no category “{given}”. Choose one of: {known}.",
        "ไม่มีประเภท “{given}” โปรดเลือกจาก {known}",
    ),
    "severity_range": Message(
        400,
        "Severity is a whole number from 1 (can wait) to 5 (danger to life).",
        "ระดับความเดือดร้อนต้องเป็นเลข 1 (พอรอได้) ถึง 5 (อันตรายถึงชีวิต)",
    ),
    "people_range": Message(
        400,
        "The number of people is a whole number from 1 to 1,000,000, or empty for “not sure”.",
        "จำนวนคนต้องเป็นเลข 1 ถึง 1,000,000 หรือเว้นว่างถ้าไม่แน่ใจ",
    ),
    "date_form": Message(
        400,
        "“{given}” is not a date. Write year-month-day, as in 2026-11-22.",
        "“{given}” ไม่ใช่วันที่ โปรดเขียน ปี-เดือน-วัน เช่น 2026-11-22",
    ),
    "date_future": Message(
        400, "This date is still to come. Choose today or earlier.", "วันที่นี้ยังมาไม่ถึง โปรดเลือกวันนี้หรือก่อนหน้า"
    ),
    "date_buddhist": Message(
        400,
        "Write the year by the Gregorian calendar: {meant} instead of {given}.",
        "โปรดใช้ปี ค.ศ. {meant} แทน พ.ศ. {given}",
    ),
    "time_form": Message(
        400,
        "“{given}” is not a time with its zone. Write it as in 2026-11-22T09:30:00+07:00.",
        "“{given}” ไม่ใช่เวลาที่มีเขตเวลา โปรดเขียนเช่น 2026-11-22T09:30:00+07:00",
    ),
    "unknown_village": Message(
        400,
        "There is no village with the code “{given}”. Choose one from the list, or leave it out.",
        "ไม่มีหมู่บ้านรหัส “{given}” โปรดเลือกจากรายชื่อ หรือเว้นว่างไว้",
    ),
    "place_missing": Message(
        400,
        "Say where: a point on the map, or the village if the whole village is meant.",
        "โปรดบอกสถานที่ ปักจุดบนแผนที่ หรือเลือกหมู่บ้านถ้าหมายถึงทั้งหมู่บ้าน",
    ),
    "source_unknown": Message(
        400, "“{given}” is not a source. Choose one of: {known}.", "ไม่รู้จักที่มา “{given}” โปรดเลือกจาก {known}"
    ),
    "accuracy_range": Message(
        400,
        "Accuracy is a number of metres from 0 to 100,000.",
        "ความคลาดเคลื่อนต้องเป็นตัวเลขเมตร ตั้งแต่ 0 ถึง 100,000",
    ),
    "photo_list": Message(
        400,
        "Photos are a list of at most 10, each with an id (UUID), its sha256 (64 hexadecimal digits) and its bytes.",
        "รูปต้องเป็นรายการไม่เกิน 10 รูป แต่ละรูปมีรหัส (UUID) ค่า sha256 (เลขฐานสิบหก 64 หลัก) และขนาดเป็นไบต์",
    ),
    "recording_list": Message(
        400,
        "A recording is announced as a list of one, with an id (UUID), its sha256 (64 hexadecimal digits) and its"
        " bytes, 2 MB at most.",
        "เสียงต้องเป็นรายการไม่เกิน 1 เสียง มีรหัส (UUID) ค่า sha256 (เลขฐานสิบหก 64 หลัก) และขนาดไม่เกิน 2 เมกะไบต์",
    ),
    "recording_type": Message(
        415,
        "This is no recording that browsers make (WebM, Ogg or MP4). Record it again.",
        "ไฟล์นี้ไม่ใช่เสียงที่เบราว์เซอร์บันทึก (“WebM” “Ogg” หรือ “MP4”) โปรดบันทึกใหม่",
    ),
    "photo_taken": Message(
        409,
        "A photo or recording with this id belongs to another pin. Give it a new id.",
        "รหัสรูปหรือเสียงนี้เป็นของหมุดอื่น โปรดใช้รหัสใหม่",
    ),
    "photo_digest": Message(
        400,
        "What arrived is not the file that was announced. Send it once more.",
        "ไฟล์ที่ได้รับไม่ตรงกับที่แจ้งไว้ โปรดส่งใหม่อีกครั้ง",
    ),
    "pin_differs": Message(
        409,
        "There is already another pin with this id. Keep yours under a new id.",
        "มีหมุดอื่นใช้รหัสนี้แล้ว โปรดส่งใหม่ด้วยรหัสใหม่",
    ),
    "pin_taken": Message(
        409,
        "This id is in use. If you sent it before from this device, it has arrived; else send it under a new id.",
        "รหัสนี้มีผู้ใช้แล้ว ถ้าเคยส่งจากเครื่องนี้ แปลว่าระบบได้รับแล้ว มิฉะนั้นโปรดส่งใหม่ด้วยรหัสใหม่",
    ),
    # -- the life of a need -----------------------------------------------------------------
    "plan_item_missing": Message(
        400,
        "Give the item of the development plan in which this stands.",
        "โปรดระบุลำดับที่หรือชื่อโครงการในแผนพัฒนาท้องถิ่น",
    ),
    "year_missing": Message(
        400,
        "Give the fiscal year of the budget ordinance, such as 2570.",
        "โปรดระบุปีงบประมาณของข้อบัญญัติหรือเทศบัญญัติ เช่น 2570",
    ),
    "year_range": Message(
        400,
        "A fiscal year is a Buddhist year from {low} to {high}, such as 2570.",
        "ปีงบประมาณต้องเป็นพุทธศักราช ระหว่าง {low} ถึง {high} เช่น 2570",
    ),
    "office_missing": Message(400, "Say to which office this goes.", "โปรดเลือกหน่วยงานที่จะส่งต่อ"),
    "office_unknown": Message(
        400,
        "There is no office {given}. Choose one from the list.",
        "ไม่พบหน่วยงาน {given} โปรดเลือกจากรายการ",
    ),
    "paper_not_asked": Message(
        400,
        "“{field}” does not belong to the status “{to}”. Leave it out.",
        "“{field}” ไม่ใช้กับสถานะ “{to}” โปรดเอาออก",
    ),
    "after_photo_missing": Message(
        400,
        "A need is done when a photo shows it. Add a photo of what was done, then save again.",
        "เรื่องที่ทำเสร็จต้องมีภาพหลังทำเสร็จ โปรดเพิ่มภาพแล้วบันทึกอีกครั้ง",
    ),
    "confirmed_by_villagers": Message(
        400,
        "Only those who reported the need confirm that it is mended.",
        "ผู้แจ้งและผู้ที่ร่วมยืนยันเท่านั้นที่ยืนยันได้ว่าเรียบร้อยแล้ว",
    ),
    "words_missing": Message(400, "Write a few words.", "โปรดเขียนข้อความ"),
    "nothing_to_confirm": Message(
        409,
        "This need is at “{was}”: there is nothing to confirm or reopen.",
        "เรื่องนี้อยู่ในสถานะ “{was}” จึงยังไม่มีอะไรให้ยืนยันหรือเปิดเรื่องอีกครั้ง",
    ),
    "need_is_over": Message(
        409,
        "This need is over (“{was}”). If the problem is there again, report it anew.",
        "เรื่องนี้จบแล้ว (“{was}”) ถ้าปัญหายังอยู่ โปรดแจ้งเป็นเรื่องใหม่",
    ),
    "undo_too_late": Message(
        409,
        "This can no longer be undone: something came after it, or an hour has passed.",
        "ย้อนกลับไม่ได้แล้ว เพราะมีการทำต่อจากนั้น หรือเกินหนึ่งชั่วโมง",
    ),
    "body_object": Message(400, "Send one JSON object.", "โปรดส่งข้อมูลเป็นวัตถุเดียว"),
    "id_form": Message(
        400,
        "“{given}” is not an id. Ids look like 0197a1c0-0000-7000-8000-000000000001.",
        "“{given}” ไม่ใช่รหัสที่ใช้ได้ รหัสมีรูปแบบ 0197a1c0-0000-7000-8000-000000000001",
    ),
    "pins_list": Message(
        400,
        "Send a list of 1 to {most} ids of pins, each once.",
        "โปรดส่งรายการรหัสหมุด 1 ถึง {most} รายการ ไม่ซ้ำกัน",
    ),
    "saved_view_many": Message(
        400,
        "There is room for {most} saved views. Remove one first.",
        "เก็บมุมมองได้ {most} รายการ โปรดลบออกก่อนหนึ่งรายการ",
    ),
    "saved_view_name": Message(
        409,
        "You already have a view of this name. Choose another.",
        "มีมุมมองชื่อนี้แล้ว โปรดตั้งชื่ออื่น",
    ),
    "sign_in_first": Message(
        403, "Sign in first; what you typed stays on this device.", "โปรดเข้าสู่ระบบก่อน ข้อมูลที่พิมพ์ไว้ยังอยู่ในเครื่องนี้"
    ),
    "not_yours": Message(
        403,
        "You may see this pin, but changing it needs a right you do not have.",
        "คุณดูหมุดนี้ได้ แต่ไม่มีสิทธิ์แก้ไข",
    ),
    "busy": Message(
        503,
        "The map is being brought up to date. Try again in a moment; nothing is lost.",
        "กำลังปรับปรุงแผนที่อยู่ โปรดลองใหม่อีกสักครู่ ข้อมูลไม่หาย",
    ),
    "pages_missing": Message(
        503,
        "The pages are not built yet. An administrator builds them with ./meemap serve.",
        "หน้าเว็บยังไม่พร้อมใช้งาน ผู้ดูแลระบบต้องสร้างก่อนด้วยคำสั่ง “./meemap serve”",
    ),
    "not_ready": Message(
        503,
        "No areas are loaded yet. An administrator loads them on the import page, or with ./meemap import.",
        "ยังไม่มีข้อมูลแนวเขต ผู้ดูแลระบบต้องนำเข้าก่อนที่หน้านำเข้าข้อมูล",
    ),
    # -- the life of a pin --------------------------------------------------------------------
    "status_order": Message(
        409,
        "“{to}” cannot follow “{was}”. Reload to see how the pin stands now.",
        "สถานะ “{to}” ต่อจาก “{was}” ไม่ได้ โปรดโหลดใหม่เพื่อดูสถานะล่าสุด",
    ),
    "reason_missing": Message(
        400,
        "Closing without a fix needs a reason that the villagers can read.",
        "การปิดเรื่องโดยยังไม่ได้แก้ ต้องบอกเหตุผลให้ชาวบ้านทราบ",
    ),
    "join_itself": Message(409, "A pin cannot be joined to itself.", "รวมหมุดเข้ากับตัวเองไม่ได้"),
    "join_gone": Message(
        409,
        "The pin you chose was withdrawn or hidden. Choose another that stands for the need.",
        "หมุดที่เลือกถูกถอนหรือซ่อนแล้ว โปรดเลือกหมุดอื่นเป็นหมุดหลัก",
    ),
    "not_joined": Message(409, "This pin is not joined to another.", "หมุดนี้ไม่ได้รวมอยู่กับหมุดใด"),
    # -- the filter ---------------------------------------------------------------------------
    "parameter_unknown": Message(
        400,
        "“{given}” is not a parameter here. Known are: {known}.",
        "ไม่รู้จักพารามิเตอร์ “{given}” ที่ใช้ได้คือ {known}",
    ),
    "too_many_pins": Message(
        400,
        "More than {most} needs fit here, and this filter has to look at each. Zoom in, or narrow the filter.",
        "ตรงนี้มีมากกว่า {most} หมุด และตัวกรองนี้ต้องดูทีละหมุด โปรดซูมเข้าหรือกรองให้แคบลง",
    ),
    "too_many_cells": Message(
        400,
        "More than {most} cells. Ask for a smaller box, or for a zoom further out.",
        "มีมากกว่า {most} ช่อง โปรดขอพื้นที่ที่เล็กลงหรือระดับซูมที่ไกลออกไป",
    ),
    "parameter_twice": Message(400, "“{given}” is given twice. Give it once.", "ระบุ “{given}” ซ้ำสองครั้ง โปรดระบุครั้งเดียว"),
    "choice_unknown": Message(400, "“{given}” is not one of: {known}.", "“{given}” ไม่อยู่ในตัวเลือก {known}"),
    "code_form": Message(
        400,
        "“{given}” is not an area code. Codes have 2, 4, 6 or 8 digits (a few villages 9).",
        "“{given}” ไม่ใช่รหัสพื้นที่ รหัสมี 2, 4, 6 หรือ 8 หลัก (บางหมู่บ้านมี 9 หลัก)",
    ),
    "level_within": Message(
        400,
        "The country has too many villages for one answer: give “within” with {digits} digits or more.",
        "หมู่บ้านทั้งประเทศมีมากเกินไปสำหรับคำตอบเดียว โปรดระบุ “within” อย่างน้อย {digits} หลัก",
    ),
    "number_range": Message(
        400,
        "“{given}” is not a whole number from {low} to {high}.",
        "“{given}” ไม่ใช่จำนวนเต็มตั้งแต่ {low} ถึง {high}",
    ),
    "period_order": Message(400, "“until” must be later than “since”.", "วันสิ้นสุดต้องมาหลังวันเริ่มต้น"),
    "cursor_broken": Message(
        400, "This page mark is not ours. Begin again without it.", "เครื่องหมายหน้าไม่ถูกต้อง โปรดเริ่มใหม่โดยไม่ระบุ"
    ),
    # -- sync -----------------------------------------------------------------------------
    "operations_list": Message(
        400,
        "“operations” is a list of 1 to {most} operations. Send more in several requests.",
        "“operations” ต้องเป็นรายการ 1 ถึง {most} รายการ ถ้ามีมากกว่านี้โปรดแบ่งส่งหลายครั้ง",
    ),
    "operation_kind": Message(
        400,
        "“{given}” is no kind of operation. Choose one of: {known}.",
        "ไม่รู้จักการทำงาน “{given}” โปรดเลือกจาก {known}",
    ),
    "op_differs": Message(
        409,
        "This operation's id was used before for something else. Send yours under a new id.",
        "รหัสรายการนี้เคยใช้กับเรื่องอื่นแล้ว โปรดส่งใหม่ด้วยรหัสใหม่",
    ),
    "edit_fields": Message(
        400,
        "Name at least one field to change, as an object. Fields: {known}.",
        "โปรดระบุช่องที่จะแก้ไขอย่างน้อยหนึ่งช่อง ช่องที่แก้ได้คือ {known}",
    ),
    "edit_place": Message(
        400,
        "A place is {{“lng”, “lat”}}, or null for the whole village. Send it so.",
        "ตำแหน่งต้องเป็น “lng” กับ “lat” หรือ “null” ถ้าหมายถึงทั้งหมู่บ้าน โปรดส่งใหม่",
    ),
    "base_missing": Message(
        400,
        "“base” lacks “{field}”: the value that you saw before you changed it. Add it.",
        "“base” ขาด “{field}” คือค่าที่เห็นก่อนแก้ โปรดเพิ่มเข้ามา",
    ),
    "version_missing": Message(
        428,
        'Say which version you changed: If-Match with the ETag of the pin, such as "7".',
        'โปรดระบุรุ่นที่แก้ใน “If-Match” ด้วย “ETag” ของหมุด เช่น "7"',
    ),
    "version_stale": Message(
        412,
        "The pin is at version {version} by now. Look at it, then decide again.",
        "หมุดเปลี่ยนเป็นรุ่นที่ {version} แล้ว โปรดดูใหม่แล้วตัดสินใจอีกครั้ง",
    ),
    "edit_conflict": Message(
        412,
        "Somebody else has changed the same: {fields}. Yours is kept beside it until a person decides.",
        "มีผู้อื่นแก้ส่วนเดียวกัน ({fields}) ระบบเก็บของคุณไว้คู่กันจนกว่าจะมีผู้ตัดสิน",
    ),
    "conflict_over": Message(
        409,
        "This has been decided already. Load the pin again to see how.",
        "เรื่องนี้มีผู้ตัดสินแล้ว โปรดเปิดหมุดใหม่เพื่อดูผล",
    ),
    "edits_held": Message(
        409,
        "{most} edits wait for pins that have not arrived. Send those pins first.",
        "มีการแก้ไข {most} รายการรอหมุดที่ยังมาไม่ถึง โปรดส่งหมุดเหล่านั้นก่อน",
    ),
    "pin_gone": Message(
        410,
        "A pin with this id was deleted. If it is still needed, report it as a new one.",
        "หมุดรหัสนี้ถูกลบแล้ว ถ้ายังต้องการ โปรดปักหมุดใหม่",
    ),
    "feed_generation": Message(
        410,
        "The database was restored since. Forget what was pulled and begin again without a cursor.",
        "ฐานข้อมูลถูกกู้คืนหลังจากนั้น โปรดดาวน์โหลดใหม่ทั้งหมดโดยไม่ระบุตำแหน่ง",
    ),
    "feed_scope": Message(
        410,
        "What you may see has changed. Forget what was pulled and begin again without a cursor.",
        "สิทธิ์การดูข้อมูลของคุณเปลี่ยนไป โปรดดาวน์โหลดใหม่ทั้งหมดโดยไม่ระบุตำแหน่ง",
    ),
    "feed_old": Message(
        410,
        "The list of changes no longer reaches back that far. Begin again without a cursor.",
        "รายการเปลี่ยนแปลงย้อนหลังไปไม่ถึงแล้ว โปรดดาวน์โหลดใหม่ทั้งหมดโดยไม่ระบุตำแหน่ง",
    ),
    "photo_offset": Message(
        409,
        "{offset} bytes of this file are here. Go on from there.",
        "ระบบได้รับไฟล์นี้แล้ว {offset} ไบต์ โปรดส่งต่อจากตรงนั้น",
    ),
    "offset_form": Message(
        400,
        "Upload-Offset is a whole number of bytes from 0. Send it so.",
        "“Upload-Offset” ต้องเป็นจำนวนไบต์ตั้งแต่ 0 โปรดส่งใหม่",
    ),
    "part_large": Message(
        413,
        "A part holds at most {limit} bytes. Send smaller parts.",
        "ส่งได้ครั้งละไม่เกิน {limit} ไบต์ โปรดแบ่งให้เล็กลง",
    ),
    "part_digest": Message(
        400,
        "This part did not arrive as it was sent. Send it again from the same offset.",
        "ส่วนนี้มาถึงไม่ครบถ้วน โปรดส่งซ้ำจากจุดเดิม",
    ),
    "digest_form": Message(
        400,
        "Content-Digest is sha-256=:base64: of the part (RFC 9530). Send it so, or leave it out.",
        "“Content-Digest” ต้องเป็น “sha-256=:base64:” ของส่วนนั้น (RFC 9530) โปรดส่งใหม่ หรือไม่ต้องส่ง",
    ),
    # -- backups --------------------------------------------------------------------------
    "backup_failed": Message(
        500,
        "The backup could not be made, and nothing of it was kept. PostgreSQL says: {said}",
        "สำรองข้อมูลไม่สำเร็จ และไม่ได้เก็บส่วนใดไว้ “PostgreSQL” แจ้งว่า {said}",
    ),
    "backup_missing": Message(
        404,
        "“{name}” is no finished backup: its manifest is missing. Choose another; `./meemap backups` lists them.",
        "“{name}” ไม่ใช่ชุดสำรองที่สมบูรณ์ เพราะไม่มีไฟล์รายการ โปรดเลือกชุดอื่น ดูได้จาก “./meemap backups”",
    ),
    "backup_damaged": Message(
        409,
        "“{name}” is damaged: {file} is not as it was written. Nothing was changed. Choose another backup.",
        "“{name}” เสียหาย ไฟล์ {file} ไม่ตรงกับตอนที่เขียน ระบบไม่ได้เปลี่ยนอะไร โปรดเลือกชุดสำรองอื่น",
    ),
    "backup_newer": Message(
        409,
        "“{name}” was made by release {version}, which is newer. Install that release first, then restore.",
        "“{name}” สร้างโดยรุ่น {version} ซึ่งใหม่กว่า โปรดติดตั้งรุ่นนั้นก่อนแล้วจึงกู้คืน",
    ),
    "restore_failed": Message(
        500,
        "The backup could not be restored; the database is as before. {said}",
        "กู้คืนไม่สำเร็จ ฐานข้อมูลยังเป็นเหมือนเดิม {said}",
    ),
    # -- the API in general ---------------------------------------------------------------------
    "not_found": Message(
        404,
        "There is nothing here that you may see. Check the address, or sign in.",
        "ไม่พบข้อมูล หรือคุณไม่มีสิทธิ์ดู โปรดตรวจสอบที่อยู่ หรือเข้าสู่ระบบ",
    ),
    "method_not_allowed": Message(405, "This address does not take {method}.", "ที่อยู่นี้ไม่รับคำสั่ง {method}"),
    "media_type": Message(
        415,
        "Send JSON here (Content-Type: application/json or application/geo+json).",
        "โปรดส่งข้อมูลแบบ GeoJSON (Content-Type: application/json หรือ application/geo+json)",
    ),
    "length_required": Message(
        411,
        "Say how long the body is (Content-Length) instead of sending it in chunks.",
        "โปรดระบุขนาดข้อมูล (“Content-Length”) แทนการส่งเป็นส่วน ๆ",
    ),
    "not_acceptable": Message(406, "This address cannot answer in the form you ask for.", "ที่อยู่นี้ตอบในรูปแบบที่ขอไม่ได้"),
    "not_authenticated": Message(403, "Sign in first.", "โปรดเข้าสู่ระบบก่อน"),
    "permission_denied": Message(403, "You have no right to do this.", "คุณไม่มีสิทธิ์ทำสิ่งนี้"),
    "csrf": Message(
        403,
        "The session is not confirmed. Reload the page and try again; nothing is lost.",
        "ยืนยันการเข้าสู่ระบบไม่ได้ โปรดโหลดหน้าใหม่แล้วลองอีกครั้ง ข้อมูลไม่หาย",
    ),
    "throttled": Message(429, "Too many requests. Wait a little and try again.", "มีการเรียกถี่เกินไป โปรดรอสักครู่แล้วลองใหม่"),
    "bad_request": Message(400, "The request cannot be read. Check its form.", "อ่านคำขอไม่ได้ โปรดตรวจสอบรูปแบบ"),
    "error": Message(
        500,
        "Something broke on our side; it has been noted. Try again later, nothing you saved is lost.",
        "ระบบขัดข้องและบันทึกไว้แล้ว โปรดลองใหม่ภายหลัง ข้อมูลที่บันทึกไว้ไม่หาย",
    ),
    # -- files that come in: the import as a whole ------------------------------------------------
    "column_absent": Message(
        422,
        "The file has no column “{given}”. It has: {known}.",
        "ไฟล์ไม่มีคอลัมน์ “{given}” ที่มีคือ {known}",
    ),
    "columns_missing": Message(
        422,
        "These columns are missing: {missing_en}. The file has: {known}. Name the matching columns, or add them.",
        "ขาดคอลัมน์ {missing_th} ในไฟล์มี {known} โปรดเลือกคอลัมน์ที่ตรงกัน หรือเพิ่มลงในไฟล์",
    ),
    "option_form": Message(
        400, "The option “{name}” has a value of the wrong form.", "ค่าของตัวเลือก “{name}” ไม่ถูกรูปแบบ โปรดแก้ไข"
    ),
    "import_done": Message(
        409,
        "This import is finished ({state}). Send the file again as a new import.",
        "การนำเข้านี้สิ้นสุดแล้ว ({state}) โปรดส่งไฟล์ใหม่เป็นการนำเข้าครั้งใหม่",
    ),
    "imports_many": Message(
        503,
        "{most} imports are running. Wait until one has ended.",
        "กำลังนำเข้าอยู่ {most} รายการ โปรดรอให้เสร็จไปก่อนหนึ่งรายการ",
    ),
    "import_running": Message(
        409, "This import is being worked on. Wait until it is done.", "กำลังดำเนินการนำเข้านี้อยู่ โปรดรอให้เสร็จก่อน"
    ),
    "import_interrupted": Message(
        409,
        "The work was interrupted and nothing of it was written. Start it again.",
        "งานหยุดกลางคัน และยังไม่มีข้อมูลใดถูกบันทึก โปรดเริ่มใหม่",
    ),
    "import_file_gone": Message(
        410,
        "The file is no longer kept here. Send it again.",
        "ระบบไม่ได้เก็บไฟล์นี้ไว้แล้ว โปรดส่งไฟล์ใหม่",
    ),
    "import_too_large": Message(
        413,
        "The file is larger than {limit_mb} MB. Split it, or import it with the command ./meemap import.",
        "ไฟล์ใหญ่เกิน {limit_mb} เมกะไบต์ โปรดแบ่งไฟล์ หรือให้ผู้ดูแลระบบนำเข้าด้วยคำสั่ง “./meemap import”",
    ),
    "import_refused_rows": Message(
        422,
        "{refused} rows cannot be taken. Correct them and send the file again, or choose to leave them out.",
        "มี {refused} แถวที่รับไม่ได้ โปรดแก้ไขแล้วส่งไฟล์ใหม่ หรือเลือกไม่นำเข้าแถวเหล่านั้น",
    ),
    "import_taken": Message(
        409,
        "Another file came in under this id. Send this one under a new id.",
        "มีไฟล์อื่นใช้รหัสนี้แล้ว โปรดส่งไฟล์นี้ด้วยรหัสใหม่",
    ),
    "undo_nothing": Message(409, "Nothing of this import is written.", "การนำเข้านี้ไม่มีข้อมูลที่บันทึกไว้"),
    "undo_not_last": Message(
        409,
        "“{name}” came in later. Undo that one first.",
        "มีการนำเข้า “{name}” ในภายหลัง โปรดย้อนรายการนั้นก่อน",
    ),
    "undo_changed": Message(
        409,
        "{changed} rows were changed since; the undo would lose that. Import a corrected file instead.",
        "มี {changed} รายการถูกแก้ไขหลังการนำเข้า ถ้าย้อนจะเสียการแก้ไขนั้น โปรดนำเข้าไฟล์ที่แก้แล้วแทน",
    ),
    "undo_first_activation": Message(
        409,
        "No boundaries were in use before these; there is nothing to go back to.",
        "ก่อนหน้านี้ไม่มีชุดแนวเขตที่ใช้งาน จึงไม่มีชุดให้ย้อนกลับ",
    ),
    "import_nothing_left": Message(
        422,
        "No row of this file can be taken. Correct it and send it again.",
        "ไม่มีแถวใดในไฟล์ที่รับได้ โปรดแก้ไขแล้วส่งใหม่",
    ),
    "boundary_set_needed": Message(
        409,
        "“{other}” stands on the boundaries “{name}”. Undo that first.",
        "“{other}” ใช้ชุดแนวเขต “{name}” อยู่ โปรดย้อนรายการนั้นก่อน",
    ),
    "successors_form": Message(
        422,
        "“{given}” does not say which codes follow. Write OLD=NEW or OLD=NEW+NEW, parted by spaces.",
        "“{given}” ไม่ได้บอกรหัสที่มาแทน โปรดเขียนแบบ รหัสเดิม=รหัสใหม่ หรือ รหัสเดิม=รหัสใหม่+รหัสใหม่ คั่นด้วยช่องว่าง",
    ),
    "successors_unknown": Message(
        422,
        "“{given}”: the old code must be gone from the file, and the new ones must be in it.",
        "“{given}” รหัสเดิมต้องไม่มีในไฟล์แล้ว และรหัสใหม่ต้องมีในไฟล์",
    ),
    "boundary_set_missing": Message(
        404,
        "There is no boundary set “{name}”, or none is in use yet. Import boundaries first.",
        "ไม่พบชุดแนวเขต “{name}” หรือยังไม่มีชุดที่ใช้งาน โปรดนำเข้าแนวเขตก่อน",
    ),
    "boundary_set_is_active": Message(
        409,
        "The boundaries “{name}” are in use. Put others in use first.",
        "ชุดแนวเขต “{name}” กำลังใช้งานอยู่ โปรดเปลี่ยนไปใช้ชุดอื่นก่อน",
    ),
    "boundaries_need_subdistricts": Message(
        422,
        "This file holds areas of the level {level}. Boundaries begin with a file of subdistricts; "
        "then name its set, and this file is held against it.",
        "ไฟล์นี้เป็นข้อมูลระดับ {level} ต้องนำเข้าไฟล์ตำบลก่อน แล้วระบุชุดนั้น เพื่อเทียบกับไฟล์นี้",
    ),
    # -- files that come in: cells ----------------------------------------------------------------
    "cell_empty": Message(422, "“{name}” is empty. Fill it in.", "“{name}” ว่างอยู่ โปรดกรอก"),
    "cell_text": Message(422, "“{given}” is not text.", "“{given}” ไม่ใช่ข้อความ"),
    "cell_code": Message(
        422,
        "“{given}” is not an area code here. It must have {digits_en} digits.",
        "“{given}” ไม่ใช่รหัสพื้นที่ที่ใช้ได้ ต้องมี {digits_th} หลัก",
    ),
    "cell_code_lost_zero": Message(
        422,
        "“{given}” has one digit too few (it must have {digits_en}). A spreadsheet may have dropped a zero: "
        "format the column as text and fill it in again.",
        "“{given}” ขาดไปหนึ่งหลัก (ต้องมี {digits_th} หลัก) โปรแกรมตารางอาจตัดเลขศูนย์ โปรดตั้งคอลัมน์เป็นข้อความแล้วกรอกใหม่",
    ),
    "cell_code_province": Message(
        422,
        "“{given}” begins with {province}, which is no province. Check the digits.",
        "“{given}” ขึ้นต้นด้วย {province} ซึ่งไม่ใช่รหัสจังหวัด โปรดตรวจสอบตัวเลข",
    ),
    "cell_number": Message(422, "“{given}” is not a number.", "“{given}” ไม่ใช่ตัวเลข"),
    "cell_whole": Message(422, "“{given}” is not a whole number.", "“{given}” ไม่ใช่จำนวนเต็ม"),
    "cell_range": Message(
        422, "{given} is out of range. It must be from {low} to {high}.", "{given} อยู่นอกช่วง ต้องอยู่ระหว่าง {low} ถึง {high}"
    ),
    "cell_date": Message(
        422,
        "“{given}” is not a date. Write it as 2026-11-22, 22/11/2569 or 22 พ.ย. 2569.",
        "“{given}” ไม่ใช่วันที่ โปรดเขียนเช่น 2026-11-22, 22/11/2569 หรือ 22 พ.ย. 2569",
    ),
    "cell_date_order": Message(
        422,
        "“{given}” has the month before the day. Here the day stands first.",
        "“{given}” มีเดือนอยู่หน้าวัน โปรดเขียนวันก่อนเดือน",
    ),
    "cell_date_future": Message(422, "{given} lies in the future.", "{given} เป็นวันในอนาคต"),
    "cell_choice": Message(422, "“{given}” is not one of: {known}.", "“{given}” ไม่อยู่ในตัวเลือก {known}"),
    "cell_email": Message(422, "“{given}” is not an e-mail address.", "“{given}” ไม่ใช่ที่อยู่อีเมล"),
    "cell_website": Message(
        422, "“{given}” is not a web address (http:// or https://).", "“{given}” ไม่ใช่ที่อยู่เว็บไซต์ (http:// หรือ https://)"
    ),
    "name_garbled": Message(
        422,
        "“{given}” has lost letters on its way. Save the file as UTF-8 and send it again.",
        "“{given}” มีตัวอักษรเสียหาย โปรดบันทึกไฟล์เป็น “UTF-8” แล้วส่งใหม่",
    ),
    "repair_code": Message(200, "Read “{given}” as {used}.", "อ่าน “{given}” เป็น {used}"),
    # -- files that come in: pins -----------------------------------------------------------------
    "severity_assumed": Message(
        200,
        "No severity is given; {used} of 5 is taken.",
        "ไม่ได้ระบุระดับความรุนแรง ระบบใช้ระดับ {used} จาก 5",
    ),
    "category_assumed": Message(
        200,
        "“{given}” is not a category here; the need is taken as “other”. Say with a mapping what it means.",
        "ไม่มีประเภท “{given}” ระบบจัดเป็น “อื่น ๆ” ถ้าตรงกับประเภทใด โปรดจับคู่คำนี้",
    ),
    "status_assumed": Message(
        200,
        "“{given}” is not a status here; the need is taken as reported.",
        "ไม่มีสถานะ “{given}” ระบบใช้สถานะแจ้งแล้ว",
    ),
    "repair_people_band": Message(
        200,
        "Read “{given}” as {used} people, the fewest that it can mean.",
        "อ่าน “{given}” เป็น {used} คน ซึ่งเป็นจำนวนน้อยที่สุดของช่วงนี้",
    ),
    "repair_place_words": Message(
        200,
        "Read “{given}” as {used}.",
        "อ่าน “{given}” เป็น {used}",
    ),
    "place_words_differ": Message(
        200,
        "The words name {given}, the coordinates lie in {found}. The coordinates are used.",
        "ข้อความระบุ {given} แต่พิกัดอยู่ใน {found} ระบบใช้พิกัด",
    ),
    "place_outside": Message(
        200,
        "The point lies in no area that is known here. It is kept, and counts for none.",
        "จุดนี้อยู่นอกพื้นที่ทั้งหมดในระบบ ระบบเก็บไว้โดยไม่นับให้พื้นที่ใด",
    ),
    "place_is_public": Message(
        200,
        "This place is only the middle of a grid cell, as the public sees it. An officer's download has the exact one.",
        "ตำแหน่งนี้เป็นเพียงกลางช่องตารางที่เปิดเผยต่อสาธารณะ จุดจริงอยู่ในไฟล์ที่เจ้าหน้าที่ดาวน์โหลด",
    ),
    "place_too_coarse": Message(
        422,
        "Only {found} is named. Add coordinates or the village, or choose to put such needs in the middle of "
        "their subdistrict.",
        "ระบุเพียง {found} โปรดเพิ่มพิกัดหรือหมู่บ้าน หรือเลือกให้วางไว้กลางตำบล",
    ),
    "place_coarse": Message(
        200,
        "Only {found} is named; the pin stands in its middle.",
        "ระบุเพียง {found} ระบบวางหมุดไว้กลางตำบล",
    ),
    "place_ambiguous": Message(
        422,
        "“{given}” fits several places: {candidates}. Add the district and province, or the code.",
        "“{given}” ตรงกับหลายแห่ง ได้แก่ {candidates} โปรดเพิ่มอำเภอและจังหวัด หรือใส่รหัส",
    ),
    "place_unknown": Message(
        422,
        "“{given}” fits no place that is known here. Check the spelling, or add coordinates or a code.",
        "ไม่พบสถานที่ “{given}” โปรดตรวจตัวสะกด หรือเพิ่มพิกัดหรือรหัส",
    ),
    "not_your_area": Message(
        403,
        "This lies in {found}, which is not yours to write. Leave the row out, or ask an officer there.",
        "จุดนี้อยู่ใน {found} ซึ่งอยู่นอกพื้นที่ที่คุณรับผิดชอบ โปรดตัดแถวนี้ออก หรือให้เจ้าหน้าที่ของพื้นที่นั้นนำเข้า",
    ),
    "pin_exists": Message(
        409,
        "This id is taken by another pin (number {number}), and an import never edits one. Edit it on the map, or "
        "give the row another id or the file its own source name.",
        "รหัสนี้เป็นของหมุดเลขที่ {number} แล้ว และการนำเข้าไม่แก้หมุดเดิม โปรดแก้บนแผนที่ หรือใช้รหัสอื่น หรือระบุชื่อระบบต้นทาง",
    ),
    "pin_status_differs": Message(
        200,
        "This pin is here already (number {number}) as “{status}”; the file says “{given}”. Nothing is changed.",
        "มีหมุดนี้แล้ว (เลขที่ {number}) สถานะ “{status}” แต่ไฟล์ระบุ “{given}” ระบบไม่เปลี่ยนแปลง",
    ),
    "pin_was_joined": Message(
        200,
        "In its source this pin is joined to another; here it stands for itself. Join it on the map.",
        "ในต้นทางหมุดนี้รวมกับหมุดอื่น ที่นี่จะแยกเป็นหมุดเดี่ยว โปรดรวมหมุดบนแผนที่",
    ),
    "photos_left_out": Message(
        200,
        "The file names photos; they are not fetched. Add those that matter on the map.",
        "ไฟล์มีลิงก์รูปภาพ ระบบไม่ได้ดึงรูปมา โปรดเพิ่มรูปที่สำคัญบนแผนที่",
    ),
    # -- files that come in: rows -----------------------------------------------------------------
    "row_twice": Message(
        422,
        "{given} stands in row {first} already. Keep one of the two.",
        "{given} มีอยู่แล้วในแถวที่ {first} โปรดเหลือไว้เพียงแถวเดียว",
    ),
    "area_unknown": Message(
        422,
        "{given} is not a code of the boundaries {name}. Check the digits.",
        "ไม่พบรหัส {given} ในชุดแนวเขต {name} โปรดตรวจสอบตัวเลข",
    ),
    "category_unknown": Message(422, "“{given}” is not a category of needs here.", "ไม่มีหมวดความต้องการ “{given}”"),
    "provenance_missing": Message(
        422,
        "A figure needs its day (as_of) and its source, in the row or for the whole file.",
        "ตัวเลขต้องระบุวันที่ (as_of) และแหล่งข้อมูล (source) ในแถวหรือทั้งไฟล์",
    ),
    "territory_shared": Message(
        200,
        "{given} belongs to “{other}” too. No village has two local authorities: check which one is right.",
        "{given} อยู่ในพื้นที่ของ “{other}” ด้วย หนึ่งหมู่บ้านมีองค์กรปกครองส่วนท้องถิ่นได้แห่งเดียว โปรดตรวจสอบ",
    ),
    "more_households": Message(
        200,
        "{households} households for {population} people: the two columns may be swapped.",
        "มี {households} ครัวเรือนแต่ประชากร {population} คน สองคอลัมน์นี้อาจสลับกัน",
    ),
    "figure_not_the_sum": Message(
        200,
        "{code_given}: {given} people are given, its subdistricts have {summed} together. The sum is used.",
        "{code_given}: ระบุประชากร {given} คน แต่รวมทุกตำบลได้ {summed} คน ระบบใช้ผลรวม",
    ),
    "village_placeholder": Message(
        200,
        "This point stands for villages whose place is not known. The village is kept without a place of its own.",
        "พิกัดนี้ใช้แทนหมู่บ้านที่ยังไม่ทราบตำแหน่ง ระบบเก็บหมู่บ้านไว้โดยไม่มีตำแหน่งของตนเอง",
    ),
    "village_no_point": Message(200, "No coordinates.", "ไม่มีพิกัด"),
    "village_half_point": Message(
        422,
        "One of the two coordinates is missing. Give both, or none.",
        "พิกัดขาดไปหนึ่งค่า โปรดใส่ให้ครบทั้งสองค่า หรือเว้นว่างทั้งคู่",
    ),
    "village_swapped": Message(
        200,
        "Latitude {lat} and longitude {lng} look swapped. Kept as published, flagged outside the country.",
        "ละติจูด {lat} กับลองจิจูด {lng} น่าจะสลับกัน เก็บตามที่เผยแพร่ และทำเครื่องหมายว่าอยู่นอกประเทศ",
    ),
    "village_metres": Message(
        200,
        "{lng}, {lat} look like metres (UTM), not degrees. Kept as published, flagged outside the country.",
        "{lng}, {lat} ดูเหมือนพิกัดเป็นเมตร (“UTM”) ไม่ใช่องศา เก็บตามที่เผยแพร่ และทำเครื่องหมายว่าอยู่นอกประเทศ",
    ),
    "village_outside_country": Message(
        200,
        "Latitude {lat}, longitude {lng} lies outside Thailand. Kept as published, flagged.",
        "ละติจูด {lat} ลองจิจูด {lng} อยู่นอกประเทศไทย เก็บตามที่เผยแพร่ และทำเครื่องหมายไว้",
    ),
    "village_outside_own": Message(
        200,
        "The point lies {off_m} m outside its own subdistrict (in {found}).",
        "จุดอยู่นอกตำบลของตน {off_m} เมตร (อยู่ใน {found})",
    ),
    "village_no_subdistrict": Message(
        200,
        "{given}: its subdistrict is not in these boundaries.",
        "{given}: ไม่พบตำบลของหมู่บ้านนี้ในชุดแนวเขต",
    ),
    "village_no_polygon": Message(
        200,
        "The subdistrict {given} has no shape, so the point cannot be checked.",
        "ตำบล {given} ไม่มีแนวเขต จึงตรวจสอบตำแหน่งไม่ได้",
    ),
    # -- files in general -----------------------------------------------------------------------
    "file_empty": Message(
        422,
        "The file holds no rows. Check that it was saved, and send it again.",
        "ไฟล์นี้ไม่มีข้อมูลสักแถว โปรดตรวจว่าบันทึกแล้ว และส่งใหม่",
    ),
    "file_too_large": Message(
        413,
        "The file is larger than {limit_mb} MB. Split it, for instance by province.",
        "ไฟล์ใหญ่เกิน {limit_mb} เมกะไบต์ โปรดแบ่งไฟล์ เช่น แยกตามจังหวัด",
    ),
    "file_type": Message(
        415,
        "This seems to be a {seems} file, which cannot be read here. Save it as CSV or Excel (.xlsx), or a map as "
        "GeoJSON, GeoPackage or shapefile in a ZIP.",
        "ไฟล์นี้น่าจะเป็นชนิด “{seems}” ซึ่งอ่านไม่ได้ โปรดบันทึกเป็น “CSV” หรือ Excel (“.xlsx”) "
        "ส่วนแผนที่ให้บันทึกเป็น GeoJSON “GeoPackage” หรือ “shapefile” ใน “ZIP”",
    ),
    "file_driver": Message(
        415,
        "This seems to be a map in the form {seems}, or the name of the file says so, and that form is not read here. "
        "Save it as GeoJSON, GeoPackage, FlatGeobuf or shapefile in a ZIP, under the ending that belongs to it.",
        "เนื้อหาหรือชื่อไฟล์บอกว่าเป็นแผนที่ชนิด “{seems}” ซึ่งระบบไม่อ่าน "
        "โปรดบันทึกเป็น GeoJSON “GeoPackage” “FlatGeobuf” หรือ “shapefile” ใน “ZIP” และใช้นามสกุลไฟล์ให้ตรงกัน",
    ),
    "file_broken": Message(
        422,
        "The file is damaged and cannot be read to its end. Save or download it again.",
        "ไฟล์เสีย อ่านไม่ได้จนจบ โปรดบันทึกหรือดาวน์โหลดใหม่",
    ),
    "file_timeout": Message(
        422,
        "The file takes too long to read. Split it, for instance by province, or simplify its shapes.",
        "ไฟล์นี้ใช้เวลาอ่านนานเกินไป โปรดแบ่งไฟล์ เช่น แยกตามจังหวัด หรือลดรายละเอียดของรูปแนวเขต",
    ),
    "file_memory": Message(
        413,
        "The file needs more memory than one file may take. Split it, or delete its empty rows and columns.",
        "ไฟล์นี้ใช้หน่วยความจำมากเกินไป โปรดแบ่งไฟล์ หรือลบแถวและคอลัมน์ที่ว่าง",
    ),
    "file_encoding": Message(
        422,
        "The text is neither UTF-8 nor Thai (Windows-874) from row {row} on. Save it as “CSV UTF-8”.",
        "อ่านรหัสอักขระไม่ได้ตั้งแต่แถวที่ {row} โปรดบันทึกเป็น “CSV UTF-8”",
    ),
    "file_header": Message(
        422,
        "The first row must hold the names of the columns. Put a row of names above the data.",
        "แถวแรกต้องเป็นชื่อคอลัมน์ โปรดเพิ่มแถวชื่อคอลัมน์ไว้เหนือข้อมูล",
    ),
    "file_layer": Message(
        422,
        "There is no layer or worksheet “{given}” in the file. Choose one of: {known}.",
        "ในไฟล์ไม่มีชั้นข้อมูลหรือแผ่นงาน “{given}” โปรดเลือกจาก {known}",
    ),
    "file_json": Message(
        422,
        "The JSON cannot be read at line {line}, column {column}. Correct it and send it again.",
        "อ่านข้อมูล “JSON” ไม่ได้ที่บรรทัด {line} ตำแหน่ง {column} โปรดแก้แล้วส่งใหม่",
    ),
    "file_list": Message(
        422,
        "The JSON must be a list of objects or a GeoJSON “FeatureCollection”. Save it in one of these forms.",
        "ข้อมูล “JSON” ต้องเป็นรายการของชุดข้อมูล หรือ GeoJSON ชนิด “FeatureCollection” โปรดบันทึกใหม่เป็นแบบใดแบบหนึ่ง",
    ),
    "file_crs": Message(
        422,
        "The reference system “{given}” of the coordinates is not known. Save the file in WGS 84 (EPSG:4326).",
        "ไม่รู้จักระบบอ้างอิงพิกัด “{given}” โปรดบันทึกไฟล์เป็น “WGS 84” (“EPSG:4326”)",
    ),
    "columns_twice": Message(
        422,
        "A column or member stands twice under the same name: {names}. Give each its own name.",
        "ชื่อคอลัมน์ซ้ำกันคือ {names} โปรดตั้งชื่อให้ต่างกัน",
    ),
    "csv_quote": Message(
        422,
        "A quotation mark in row {row} (line {line}) has no partner. Close it, or write it twice inside a text.",
        "เครื่องหมายคำพูดในแถวที่ {row} (บรรทัดที่ {line}) ไม่ครบคู่ โปรดปิดให้ครบ หรือพิมพ์ซ้ำสองครั้งถ้าอยู่ในข้อความ",
    ),
    "zip_broken": Message(
        422,
        "The ZIP or Excel file is damaged. Save or download it again.",
        "ไฟล์ “ZIP” หรือ Excel เสีย โปรดบันทึกหรือดาวน์โหลดใหม่",
    ),
    "zip_encrypted": Message(
        422,
        "The file is locked with a password. Save it without one and send it again.",
        "ไฟล์นี้ใส่รหัสผ่านไว้ โปรดบันทึกโดยไม่ใส่รหัสผ่านแล้วส่งใหม่",
    ),
    "zip_bomb": Message(
        413,
        "Unpacked, the file would be too large: {limit_mb} MB and {limit_files} files fit. Send only what is needed.",
        "เมื่อแตกไฟล์แล้วจะใหญ่เกินไป รับได้ไม่เกิน {limit_mb} เมกะไบต์และ {limit_files} ไฟล์ โปรดส่งเฉพาะที่จำเป็น",
    ),
    "zip_nested": Message(
        422,
        "There is a packed file within the packed file. Unpack the outer one and send the inner one.",
        "มีไฟล์บีบอัดซ้อนอยู่ในไฟล์บีบอัด โปรดแตกไฟล์ชั้นนอกแล้วส่งไฟล์ชั้นใน",
    ),
    "zip_no_shapefile": Message(
        422,
        "The ZIP holds no shapefile (.shp). Send other files unpacked.",
        "ใน “ZIP” ไม่มี “shapefile” (“.shp”) ถ้าเป็นไฟล์ชนิดอื่น โปรดส่งโดยไม่ต้องบีบอัด",
    ),
    "gzip_broken": Message(
        422,
        "The packed file (.gz) is damaged. Save or download it again.",
        "ไฟล์บีบอัด (“.gz”) เสีย โปรดบันทึกหรือดาวน์โหลดใหม่",
    ),
    "shapefile_part": Message(
        422,
        "The shapefile lacks its part “{part}”. Put .shp, .shx, .dbf and .prj into one ZIP.",
        "“shapefile” ขาดไฟล์ “{part}” โปรดรวม “.shp” “.shx” “.dbf” และ “.prj” ไว้ใน “ZIP” เดียวกัน",
    ),
    "shapefile_alone": Message(
        422,
        "A .shp alone has no names and no codes. Put .shp, .shx, .dbf and .prj into one ZIP.",
        "ไฟล์ “.shp” อย่างเดียวไม่มีชื่อและรหัส โปรดรวม “.shp” “.shx” “.dbf” และ “.prj” ไว้ใน “ZIP” เดียวกัน",
    ),
    "workbook_dtd": Message(
        422,
        "The workbook holds instructions (DTD) that no ordinary one has. Open it in Excel and save it anew.",
        "ไฟล์ Excel นี้มีคำสั่ง (“DTD”) ที่ไฟล์ทั่วไปไม่มี โปรดเปิดด้วย Excel แล้วบันทึกใหม่",
    ),
    # -- rows of files --------------------------------------------------------------------------
    "row_width": Message(
        422,
        "This row has {have} cells, the header has {want}. Put text that holds a comma in quotation marks.",
        "แถวนี้มี {have} ช่อง แต่หัวตารางมี {want} ช่อง ถ้าข้อความมีเครื่องหมายลูกน้ำ (,) โปรดใส่ไว้ในเครื่องหมายคำพูด",
    ),
    "cell_formula": Message(
        422,
        "The cell holds a formula; paste it as a value.",
        "ช่องนี้เป็นสูตร โปรดวางเป็นค่าแทน",
    ),
    "cell_error": Message(
        422,
        "The cell shows an error of Excel instead of a value. Type the value, or leave it empty.",
        "ช่องนี้แสดงข้อผิดพลาดของ Excel แทนค่า โปรดพิมพ์ค่า หรือเว้นว่างไว้",
    ),
    "text_cut": Message(
        422,
        "The file had no room for the whole text, and its end may be missing. Compare it with the source.",
        "ไฟล์มีที่เก็บข้อความไม่พอ ตอนท้ายอาจหายไป โปรดเทียบกับต้นฉบับ",
    ),
    "row_geometry_empty": Message(
        422,
        "The row has no place on the map, or its coordinates are not finite numbers. Add the place.",
        "แถวนี้ไม่มีตำแหน่งบนแผนที่ หรือพิกัดไม่ใช่จำนวนที่ใช้ได้ โปรดเพิ่มตำแหน่ง",
    ),
    "row_geometry_broken": Message(
        422,
        "The coordinates of the shape cannot be read. Save the layer anew with a map program.",
        "อ่านพิกัดของรูปนี้ไม่ได้ โปรดบันทึกชั้นข้อมูลใหม่ด้วยโปรแกรมแผนที่",
    ),
    "row_geometry_type": Message(
        422,
        "The shape is a “{got}”, which does not fit here. Villages are points, areas are polygons.",
        "รูปชนิด “{got}” ใช้ที่นี่ไม่ได้ หมู่บ้านต้องเป็นจุด ส่วนแนวเขตต้องเป็นรูปปิด",
    ),
    "row_geometry_metres": Message(
        422,
        "{x}, {y} are not degrees and look like metres (UTM). Send the file with its .prj, or in WGS 84.",
        "ค่า {x}, {y} ไม่ใช่องศา และดูเหมือนเป็นเมตร (“UTM”) โปรดส่งไฟล์พร้อม “.prj” หรือแปลงเป็น “WGS 84”",
    ),
    "row_geometry_swapped": Message(
        422,
        "Longitude and latitude look swapped. Longitude {lng} comes first, then latitude {lat}.",
        "ลองจิจูดกับละติจูดน่าจะสลับกัน ลองจิจูด {lng} ต้องมาก่อน แล้วตามด้วยละติจูด {lat}",
    ),
    "row_geometry_invalid": Message(
        422,
        "The outline is not a valid polygon ({reason}) near longitude {lng}, latitude {lat}. Correct it there.",
        "เส้นแนวเขตไม่ถูกต้อง (“{reason}”) ใกล้ลองจิจูด {lng} ละติจูด {lat} โปรดแก้ที่จุดนั้น",
    ),
    "row_geometry_repair": Message(
        422,
        "Repairing the outline ({reason}) near longitude {lng}, latitude {lat} would change its area by {percent} %. "
        "Correct it in the source.",
        "ถ้าซ่อมเส้นแนวเขต (“{reason}”) ใกล้ลองจิจูด {lng} ละติจูด {lat} พื้นที่จะเปลี่ยนไปร้อยละ {percent} โปรดแก้ที่ต้นฉบับ",
    ),
    "repair_height_dropped": Message(
        422,
        "The heights of the outline were left out.",
        "ตัดค่าความสูงของเส้นแนวเขตออกแล้ว",
    ),
    "repair_ring_closed": Message(
        422,
        "The outline was open; its first corner was set at its end.",
        "เส้นแนวเขตไม่ปิด จึงเติมจุดแรกไว้ตอนท้ายแล้ว",
    ),
    "repair_repeated_points": Message(
        422,
        "{count} corners that stood twice in a row were kept once.",
        "มีจุดซ้ำติดกัน {count} จุด จึงเหลือไว้อย่างละจุดแล้ว",
    ),
    "repair_self_intersection": Message(
        422,
        "The outline crossed itself ({reason}) near longitude {lng}, latitude {lat}; it was rebuilt, and its area "
        "changed by {percent} %.",
        "เส้นแนวเขตตัดกันเอง (“{reason}”) ใกล้ลองจิจูด {lng} ละติจูด {lat} จึงสร้างใหม่แล้ว พื้นที่เปลี่ยนไปร้อยละ {percent}",
    ),
    # -- files of areas -------------------------------------------------------------------------
    "repair_name_cut": Message(
        200, "The name “{given}” is cut short; “{used}” is used.", "ชื่อ “{given}” ถูกตัด ระบบใช้ “{used}”"
    ),
    "repair_name_garbled": Message(
        200, "The name “{given}” has lost its letters; “{used}” is used.", "ชื่อ “{given}” ตัวอักษรเสียหาย ระบบใช้ “{used}”"
    ),
    "repair_name_missing": Message(200, "There is no name; “{used}” is used.", "ไม่มีชื่อ ระบบใช้ “{used}”"),
    "repair_name_spelling": Message(
        200,
        "The name “{given}” is written “{used}” officially; that is used.",
        "ชื่อ “{given}” เขียนทางการว่า “{used}” ระบบใช้ชื่อทางการ",
    ),
    "name_differs": Message(
        200,
        "The name “{given}” differs from the official “{used}”. It is kept: check which one is right.",
        "ชื่อ “{given}” ต่างจากชื่อทางการ “{used}” ระบบเก็บตามไฟล์ โปรดตรวจสอบ",
    ),
    "area_abolished": Message(
        200,
        "{given} was abolished; its successors are {after}. It is kept for old records.",
        "{given} ถูกยกเลิกแล้ว รหัสที่มาแทนคือ {after} ระบบเก็บไว้สำหรับข้อมูลเก่า",
    ),
    "area_not_official": Message(
        200,
        "{given} is not among the official codes. A new area? Check the digits.",
        "{given} ไม่อยู่ในรหัสทางการ อาจเป็นพื้นที่ตั้งใหม่ โปรดตรวจสอบตัวเลข",
    ),
    "area_without_polygon": Message(
        200,
        "{given} {name} is in force but not in the file. It is kept without a shape.",
        "{given} {name} ยังใช้อยู่แต่ไม่มีในไฟล์ ระบบเก็บไว้โดยไม่มีแนวเขต",
    ),
    "area_overlaps": Message(
        200,
        "{percent} % of {given} or of {other} lies in both. A pin there belongs to the lower code.",
        "พื้นที่ร้อยละ {percent} ของ {given} หรือ {other} ซ้อนกัน หมุดตรงนั้นจะอยู่ในรหัสที่น้อยกว่า",
    ),
    "area_does_not_nest": Message(
        200,
        "{given} differs from its subdistricts together by {percent} %. The shape made of its subdistricts is used.",
        "{given} ต่างจากผลรวมของตำบลร้อยละ {percent} ระบบใช้แนวเขตที่รวมจากตำบล",
    ),
    "area_name_missing": Message(400, "{code_given} has no Thai name.", "{code_given} ไม่มีชื่อภาษาไทย"),
    "sample_on_real": Message(
        409,
        "The boundaries “{name}” are in use. Invented needs are never mixed with real ones: use another database.",
        "กำลังใช้แนวเขต “{name}” อยู่ ข้อมูลตัวอย่างจะไม่ปนกับข้อมูลจริง โปรดใช้ฐานข้อมูลอื่น",
    ),
    "boundary_set_twice": Message(
        409,
        "A boundary set named “{name}” is already here. Give this one another name.",
        "มีชุดแนวเขตชื่อ “{name}” แล้ว โปรดตั้งชื่ออื่น",
    ),
    # -- village meetings -----------------------------------------------------------------
    "meeting_not_yours": Message(
        403,
        "Meetings of this village are entered by its head and by the officers over it. Ask them, or choose another.",
        "ผู้บันทึกประชาคมของหมู่บ้านนี้คือผู้ใหญ่บ้านและเจ้าหน้าที่ที่ดูแลพื้นที่ โปรดติดต่อบุคคลดังกล่าว หรือเลือกหมู่บ้านอื่น",
    ),
    "meeting_differs": Message(
        409,
        "Another table was received under this id. What was received stays; send yours as a new meeting.",
        "ระบบได้รับตารางอื่นในรหัสนี้แล้วและเก็บไว้ตามเดิม โปรดส่งตารางนี้เป็นการประชุมใหม่",
    ),
    "meeting_empty": Message(
        400,
        "The table has no need and no hands. Enter at least one.",
        "ตารางยังไม่มีเรื่องและยังไม่มีจำนวนมือ โปรดกรอกอย่างน้อยหนึ่งเรื่อง",
    ),
    "meeting_rows": Message(
        400,
        "A table takes {limit} lines. Send the others as a second meeting of the same day.",
        "หนึ่งตารางรับได้ {limit} แถว โปรดส่งแถวที่เหลือเป็นการประชุมครั้งที่สองของวันเดียวกัน",
    ),
    "meeting_row": Message(
        400,
        "This line must be an object with “id”. Send the lines as a list.",
        "แถวนี้ต้องเป็นชุดข้อมูลที่มี “id” โปรดส่งแถวเป็นรายการ",
    ),
    "meeting_need_twice": Message(
        400,
        "This need stands twice in the table. Keep one of the two.",
        "เรื่องนี้อยู่ในตารางซ้ำสองครั้ง โปรดเหลือไว้เพียงแถวเดียว",
    ),
    "meeting_need_taken": Message(
        409,
        "This line was received before, outside this table. Remove it here, or enter it as a new line.",
        "ระบบเคยรับแถวนี้แล้วนอกตารางนี้ โปรดลบแถวนี้ออก หรือพิมพ์เป็นแถวใหม่",
    ),
    "meeting_hands": Message(
        400,
        "{given} hands are more than the {present} people present. Correct one of the two.",
        "ยกมือ {given} คนมากกว่าผู้เข้าประชุม {present} คน โปรดแก้ตัวเลขใดตัวเลขหนึ่ง",
    ),
    "meeting_pin_elsewhere": Message(
        400,
        "This need does not belong to the village of the meeting. Leave its hands empty.",
        "เรื่องนี้ไม่ได้อยู่ในหมู่บ้านที่ประชุม โปรดเว้นจำนวนมือไว้",
    ),
    "meeting_pin_closed": Message(
        400,
        "This need is done, closed or withdrawn by now. Leave its hands empty, or enter it as a new line.",
        "เรื่องนี้ทำเสร็จ ปิด หรือถอนไปแล้ว โปรดเว้นจำนวนมือไว้ หรือพิมพ์เป็นเรื่องใหม่",
    ),
    "sheet_busy": Message(
        503,
        "The server is making other papers at the moment. Try again in half a minute.",
        "ระบบกำลังทำเอกสารอื่นอยู่ โปรดลองใหม่ในอีกครึ่งนาที",
    ),
    "silent_many": Message(
        400,
        "Nobody has reported from {count} villages there; {most} sheets can be made at once. Choose a smaller area.",
        "มี {count} หมู่บ้านที่ยังไม่มีใครแจ้ง ทำใบเชิญได้ครั้งละ {most} ใบ โปรดเลือกพื้นที่ที่เล็กลง",
    ),
    # -- accounts ---------------------------------------------------------------------------
    "sign_in_wrong": Message(
        400,
        "The name or the password is not right. Try again.",
        "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง โปรดลองอีกครั้ง",
    ),
    "code_wrong": Message(
        400,
        "This code is not right. Read it again, or ask for a new one.",
        "รหัสไม่ถูกต้อง โปรดอ่านอีกครั้ง หรือขอรหัสใหม่",
    ),
    "code_gone": Message(
        409,
        "This code holds no longer. Ask for a new one.",
        "รหัสนี้ใช้ไม่ได้แล้ว โปรดขอรหัสใหม่",
    ),
    "already_signed_in": Message(409, "You are signed in already. Reload the page.", "คุณเข้าสู่ระบบอยู่แล้ว โปรดโหลดหน้าใหม่"),
    "email_form": Message(400, "This is not an e-mail address. Check it.", "อีเมลนี้ไม่ถูกรูปแบบ โปรดตรวจสอบ"),
    "email_in_use": Message(
        409,
        "An account uses this e-mail address already. Take another one.",
        "มีบัญชีที่ใช้อีเมลนี้อยู่แล้ว โปรดใช้อีเมลอื่น",
    ),
    "email_not_sent": Message(
        503,
        "The e-mail cannot be sent now. Try again later, or sign in another way.",
        "ส่งอีเมลไม่ได้ในขณะนี้ โปรดลองใหม่ภายหลัง หรือเข้าสู่ระบบด้วยวิธีอื่น",
    ),
    "email_off": Message(
        404,
        "No e-mail is sent from here. Sign in another way.",
        "ระบบนี้ไม่ได้เปิดการส่งอีเมล โปรดเข้าสู่ระบบด้วยวิธีอื่น",
    ),
    "too_many_attempts": Message(
        429,
        "Too many attempts. Wait {minutes} min, then try again.",
        "ลองหลายครั้งเกินไป โปรดรอ {minutes} นาที แล้วลองใหม่",
    ),
    "username_form": Message(
        400,
        "A user name has 3 to 40 letters, digits, dots or hyphens, no spaces and no @.",
        "ชื่อผู้ใช้ต้องมี 3 ถึง 40 ตัว เป็นตัวอักษร ตัวเลข จุด หรือขีด ไม่มีเว้นวรรคและไม่มี @",
    ),
    "username_taken": Message(409, "Somebody has this user name already. Choose another.", "มีผู้ใช้ชื่อนี้แล้ว โปรดเลือกชื่ออื่น"),
    "name_empty": Message(400, "The name is empty. Write yours.", "ยังไม่ได้ใส่ชื่อ โปรดใส่ชื่อของคุณ"),
    "password_weak": Message(
        400,
        "The password is too easy to guess. Take at least {least} characters and no common word.",
        "รหัสผ่านนี้เดาง่ายเกินไป โปรดใช้อย่างน้อย {least} ตัว และไม่ใช่คำทั่วไป",
    ),
    "password_current": Message(
        400, "The present password is not right. Type it again.", "รหัสผ่านเดิมไม่ถูกต้อง โปรดพิมพ์อีกครั้ง"
    ),
    "invitation_unknown": Message(
        404,
        "This invitation does not hold: it was used, taken back, has expired, or was mistyped. "
        "Ask whoever gave it to you for another.",
        "คำเชิญนี้ใช้ไม่ได้ อาจใช้ไปแล้ว ถูกยกเลิก หมดอายุ หรือพิมพ์ไม่ครบ โปรดขอใบใหม่จากผู้ที่ให้คุณ",
    ),
    "invitation_gone": Message(409, "This invitation is used or was taken back already.", "คำเชิญนี้ใช้ไปแล้วหรือถูกยกเลิกแล้ว"),
    "role_unknown": Message(
        400,
        "There is no role “{given}”. Take volunteer, village_head, officer or administrator.",
        "ไม่มีหน้าที่ “{given}” โปรดเลือก “volunteer” “village_head” “officer” หรือ “administrator”",
    ),
    "grant_place": Message(
        400,
        "Name one place: an area code or an office. Only officers belong to an office.",
        "โปรดระบุพื้นที่หรือหน่วยงานอย่างใดอย่างหนึ่ง สิทธิ์ในหน่วยงานมีเฉพาะเจ้าหน้าที่",
    ),
    "count_range": Message(400, "Take a whole number from {least} to {most}.", "โปรดใส่จำนวนเต็มตั้งแต่ {least} ถึง {most}"),
    "last_administrator": Message(
        409,
        "This is the last administrator of the country. Name another first.",
        "นี่คือผู้ดูแลระบบระดับประเทศคนสุดท้าย โปรดตั้งผู้ดูแลคนอื่นก่อน",
    ),
    # -- administration and notices --------------------------------------------------------
    "category_has_pins": Message(
        409,
        "{pins} pins are of the category “{name}”, so it cannot be deleted.",
        "มีหมุดประเภท “{name}” อยู่ {pins} หมุด จึงลบประเภทนี้ไม่ได้",
    ),
    "category_of_offices": Message(
        409,
        "{offices} offices answer for the category “{name}”. Take it from them first: an office without any category "
        "answers for all.",
        "มีหน่วยงาน {offices} แห่งรับผิดชอบประเภท “{name}” โปรดนำออกจากหน่วยงานก่อน เพราะหน่วยงานที่ไม่ระบุประเภทจะรับผิดชอบทุกประเภท",
    ),
    "group_has_categories": Message(
        409,
        "{categories} categories are in the group “{name}”. Move them to another group first.",
        "มี {categories} ประเภทอยู่ในกลุ่ม “{name}” โปรดย้ายไปกลุ่มอื่นก่อน",
    ),
    "office_has_grants": Message(
        409,
        "{grants} rights are given on “{name}”. Take them back first.",
        "มีสิทธิ์ {grants} รายการที่ให้ไว้กับ “{name}” โปรดถอนสิทธิ์ก่อน",
    ),
    "grant_scope": Message(
        400,
        "Choose one: the whole country, an area by its code, or an office.",
        "โปรดเลือกอย่างใดอย่างหนึ่ง ทั้งประเทศ พื้นที่ตามรหัส หรือหน่วยงาน",
    ),
    "grant_area_unknown": Message(
        400,
        "There is no area with the code “{given}”. Write 2, 4, 6 or 8 digits of an area that is in use.",
        "ไม่มีพื้นที่รหัส “{given}” โปรดใส่รหัส 2, 4, 6 หรือ 8 หลักของพื้นที่ที่ใช้อยู่",
    ),
    "grant_twice": Message(409, "This person already has this right.", "ผู้ใช้นี้มีสิทธิ์นี้อยู่แล้ว"),
    "grant_device": Message(
        400,
        "A device without an account cannot be given a right.",
        "ให้สิทธิ์แก่เครื่องที่ไม่มีบัญชีไม่ได้",
    ),
    "password_differs": Message(
        400, "The two passwords are not the same. Type both again.", "รหัสผ่านสองช่องไม่ตรงกัน โปรดพิมพ์ใหม่ทั้งสองช่อง"
    ),
    "colour_form": Message(
        400,
        "“{given}” is not a colour. Write # and six hexadecimal digits, such as #0072B2.",
        "“{given}” ไม่ใช่รหัสสี โปรดเขียน # ตามด้วยเลขฐานสิบหก 6 หลัก เช่น #0072B2",
    ),
    "written_meanwhile": Message(
        409,
        "Somebody else has just written the same. Look at it and try again.",
        "มีผู้อื่นเพิ่งบันทึกข้อมูลเดียวกัน โปรดตรวจดูแล้วลองใหม่",
    ),
    "territory_codes": Message(
        400,
        "These are no codes of areas in use: {given}.",
        "รหัสเหล่านี้ไม่ใช่รหัสพื้นที่ที่ใช้อยู่: {given}",
    ),
    "channel_missing": Message(
        409,
        "There is no way to reach you yet. Add an e-mail address or LINE to your account first.",
        "ยังไม่มีช่องทางแจ้งถึงคุณ โปรดเพิ่มอีเมลหรือ LINE ในบัญชีก่อน",
    ),
    "token_unknown": Message(
        404,
        "This link is not complete. Open it again from the message, whole.",
        "ลิงก์นี้ไม่ครบถ้วน โปรดเปิดจากข้อความเดิมอีกครั้ง",
    ),
    "line_photo_gone": Message(
        404,
        "This photo can no longer be taken from the chat. Choose it on this page instead.",
        "นำรูปนี้จากแชตมาไม่ได้แล้ว โปรดเลือกรูปในหน้านี้แทน",
    ),
    "line_away": Message(
        503,
        "LINE does not answer at the moment. Try again, or choose the photo on this page.",
        "ขณะนี้ติดต่อ LINE ไม่ได้ โปรดลองอีกครั้ง หรือเลือกรูปในหน้านี้แทน",
    ),
    "line_signature": Message(
        403,
        "This call is not signed by LINE.",
        "คำขอนี้ไม่ได้ลงนามโดย LINE",
    ),
    # -- budget: what a round is decided from -----------------------------------------------
    "snapshot_unreadable": Message(
        400,
        "The file of the round cannot be read as JSON in UTF-8. Take it again from where it was published.",
        "อ่านไฟล์ของรอบจัดสรรไม่ได้ โปรดดาวน์โหลดใหม่จากที่ประกาศไว้",
    ),
    "snapshot_format": Message(
        400,
        "The file says format “{given}”, and only “{expected}” is known here. Use the version that wrote it.",
        "ไฟล์นี้มีรูปแบบ “{given}” แต่ระบบนี้อ่านได้เฉพาะ “{expected}” โปรดใช้ระบบรุ่นที่สร้างไฟล์นี้",
    ),
    "snapshot_missing": Message(
        400,
        "“{name}” is missing. Add it.",
        "ขาด “{name}” โปรดเพิ่มเข้ามา",
    ),
    "snapshot_unknown": Message(
        400,
        "“{name}” is not known here. Remove it or correct its spelling.",
        "ระบบไม่รู้จัก “{name}” โปรดลบออกหรือแก้ตัวสะกด",
    ),
    "snapshot_type": Message(
        400,
        "This value has the wrong kind; expected is {expected}. Correct it.",
        "ชนิดของค่านี้ไม่ถูกต้อง ต้องเป็น {expected} โปรดแก้ไข",
    ),
    "snapshot_whole": Message(
        400,
        "“{given}” is not a whole number. Give whole baht or whole persons, without satang and without quotes.",
        "“{given}” ไม่ใช่จำนวนเต็ม โปรดใส่เป็นบาทถ้วนหรือจำนวนคนเต็ม ไม่มีสตางค์และไม่มีเครื่องหมายคำพูด",
    ),
    "snapshot_number": Message(
        400,
        "“{given}” is not a finite number. Give a number, or null if it is not known.",
        "“{given}” ไม่ใช่จำนวนที่ใช้ได้ โปรดใส่ตัวเลข หรือ “null” ถ้าไม่ทราบค่า",
    ),
    "snapshot_choice": Message(
        400,
        "“{given}” is not one of the choices: {choices}. Take one of them.",
        "“{given}” ไม่อยู่ในตัวเลือก: {choices} โปรดเลือกค่าใดค่าหนึ่ง",
    ),
    "snapshot_negative": Message(
        400,
        "{given} is below zero. Give zero or more.",
        "{given} ต่ำกว่าศูนย์ โปรดใส่ศูนย์หรือมากกว่า",
    ),
    "snapshot_range": Message(
        400,
        "{given} is outside {low} to {high}. Give a number between the two.",
        "{given} อยู่นอกช่วง {low} ถึง {high} โปรดใส่จำนวนในช่วงนี้",
    ),
    "snapshot_points": Message(
        400,
        "The weights add up to {given} points, not 100. Share out exactly 100 points.",
        "น้ำหนักคะแนนรวมกันได้ {given} ไม่ใช่ 100 โปรดแบ่งคะแนนให้ครบ 100 พอดี",
    ),
    "snapshot_preset": Message(
        400,
        "The weights are not those of “{name}”. Restore them, or name the rule “custom”.",
        "น้ำหนักคะแนนไม่ตรงกับเกณฑ์ “{name}” โปรดคืนค่าเดิม หรือเปลี่ยนชื่อเกณฑ์เป็น “custom”",
    ),
    "snapshot_bounds": Message(
        400,
        "The bounds of “{name}” cannot be used: they must differ, and lie above zero on a logarithmic scale.",
        "ช่วงค่าของ “{name}” ใช้ไม่ได้ ค่าต่ำสุดและสูงสุดต้องต่างกัน และต้องมากกว่าศูนย์ถ้าใช้สเกลลอการิทึม",
    ),
    "snapshot_twice": Message(
        400,
        "“{name}” stands twice. Keep one of the two.",
        "มี “{name}” ซ้ำกัน โปรดเหลือไว้เพียงรายการเดียว",
    ),
    "snapshot_nowhere": Message(
        400,
        "“{name}” is not among the areas, villages or projects of this round. Add it there or correct the code.",
        "ไม่พบ “{name}” ในพื้นที่ หมู่บ้าน หรือโครงการของรอบนี้ โปรดเพิ่มเข้าไปหรือแก้รหัส",
    ),
    "snapshot_village_empty": Message(
        400,
        "The village “{name}” has no population, so no part of the money can be worked out. Enter its population.",
        "ยังไม่มีจำนวนประชากรของหมู่บ้าน “{name}” จึงคำนวณส่วนแบ่งไม่ได้ โปรดใส่จำนวนประชากร",
    ),
    "snapshot_area_empty": Message(
        400,
        "The area “{name}” has neither a population nor villages. Enter its population, or leave the area out.",
        "พื้นที่ “{name}” ไม่มีทั้งจำนวนประชากรและหมู่บ้าน โปรดใส่จำนวนประชากรหรือนำพื้นที่นี้ออก",
    ),
    "snapshot_cost": Message(
        400,
        "The project “{name}” costs {given} baht. Give whole baht above zero.",
        "โครงการ “{name}” มีราคา {given} บาท โปรดใส่จำนวนบาทถ้วนที่มากกว่าศูนย์",
    ),
    "snapshot_project_nowhere": Message(
        400,
        "The project “{name}” names no village that it serves. Add at least one village.",
        "โครงการ “{name}” ยังไม่ระบุหมู่บ้านที่ได้ประโยชน์ โปรดเพิ่มอย่างน้อยหนึ่งหมู่บ้าน",
    ),
    "snapshot_persons": Message(
        400,
        "The project “{name}” serves nobody in this village. Give the persons, or take the village out.",
        "โครงการ “{name}” ไม่มีผู้ได้ประโยชน์ในหมู่บ้านนี้ โปรดใส่จำนวนคนหรือนำหมู่บ้านออก",
    ),
    "snapshot_reason": Message(
        400,
        "A reason is missing for “{name}”. Write why, in words that may be published.",
        "ยังไม่มีเหตุผลของ “{name}” โปรดเขียนเหตุผลที่ประกาศได้",
    ),
    "snapshot_years": Message(
        400,
        "The project “{name}” costs {cost} baht in this round, and its years say {given}. Make the two agree.",
        "โครงการ “{name}” ใช้เงินรอบนี้ {cost} บาท แต่งบรายปีระบุ {given} บาท โปรดแก้ให้ตรงกัน",
    ),
    "snapshot_across": Message(
        400,
        "The project “{name}” serves villages of several areas ({areas}), and each area has money of its own. "
        "Split it into one project an area.",
        "โครงการ “{name}” อยู่ในหลายพื้นที่ ({areas}) ซึ่งแต่ละพื้นที่มีวงเงินของตนเอง โปรดแยกเป็นพื้นที่ละโครงการ",
    ),
    "snapshot_group_across": Message(
        400,
        "The group “{name}” holds projects of several areas. Use one group an area.",
        "กลุ่ม “{name}” มีโครงการจากหลายพื้นที่ โปรดแยกเป็นพื้นที่ละกลุ่ม",
    ),
    "floors_above_pot": Message(
        400,
        "The floors add up to {floors} baht and the envelope is {pot} baht: {over} too much. "
        "Lower the floor or the limit on cuts, or raise the envelope.",
        "วงเงินขั้นต่ำรวมกัน {floors} บาท แต่วงเงินมี {pot} บาท เกินอยู่ {over} บาท โปรดลดวงเงินขั้นต่ำ ผ่อนเพดานการปรับลด หรือเพิ่มวงเงิน",
    ),
    "ceilings_below_pot": Message(
        400,
        "The limits on rises let the areas take {ceilings} baht of {pot}: {left} baht would be left. "
        "Raise the limit, or lower the envelope.",
        "เพดานการปรับเพิ่มให้พื้นที่รับได้เพียง {ceilings} จาก {pot} บาท จะเหลือ {left} บาท โปรดผ่อนเพดานหรือลดวงเงิน",
    ),
    "forced_above_pot": Message(
        400,
        "The projects taken by override cost {forced} baht and the money is {pot} baht. Take back an override.",
        "โครงการที่เจ้าหน้าที่กำหนดให้ได้ใช้เงิน {forced} บาท แต่มีเงิน {pot} บาท โปรดยกเลิกบางรายการ",
    ),
    "forced_twice": Message(
        400,
        "Two projects of the group “{name}” are taken by override, and only one may be. Take back one of them.",
        "มีการกำหนดให้ได้สองโครงการในกลุ่ม “{name}” ซึ่งเลือกได้เพียงหนึ่ง โปรดยกเลิกหนึ่งรายการ",
    ),
    # -- budget: projects and rounds ----------------------------------------------------------
    "project_cost": Message(
        400,
        "Give whole baht for each of five years, together more than nothing.",
        "โปรดระบุเงินเป็นบาทถ้วนของแต่ละปีครบ 5 ปี และรวมแล้วต้องมากกว่าศูนย์",
    ),
    "project_villages": Message(
        400,
        "Say in which villages people benefit, and how many, each village once.",
        "โปรดระบุหมู่บ้านที่ได้ประโยชน์และจำนวนคน หมู่บ้านละหนึ่งครั้ง",
    ),
    "project_village_elsewhere": Message(
        400,
        "Village {given} does not belong to this office. Leave it out, or choose the office that it belongs to.",
        "หมู่บ้าน {given} ไม่อยู่ในเขตของหน่วยงานนี้ โปรดนำออก หรือเลือกหน่วยงานที่รับผิดชอบ",
    ),
    "project_taken": Message(
        409, "Something else already has this id. Send it under a new one.", "รหัสนี้มีผู้ใช้แล้ว โปรดส่งใหม่ด้วยรหัสอื่น"
    ),
    "project_changed": Message(
        409,
        "Somebody else has changed this project meanwhile. Load it again, and make your change there.",
        "มีผู้อื่นแก้ไขโครงการนี้ไปแล้ว โปรดเปิดใหม่แล้วแก้ไขอีกครั้ง",
    ),
    "unit_cost_unknown": Message(
        400, "There is no unit cost {given} for this office.", "ไม่มีราคาต่อหน่วยหมายเลข {given} สำหรับหน่วยงานนี้"
    ),
    "solution_need": Message(
        400,
        "The project must answer the need for which the solution was proposed. Add it to the needs.",
        "โครงการต้องตอบความต้องการที่มีผู้เสนอทางแก้นี้ โปรดเพิ่มในรายการความต้องการ",
    ),
    "paper_long": Message(
        400,
        "This paper has {n} lines, and at most {most} are printed at once. Take the spreadsheet and print from there.",
        "เอกสารนี้มี {n} รายการ พิมพ์ได้ครั้งละไม่เกิน {most} รายการ โปรดดาวน์โหลดเป็น Excel แล้วพิมพ์จากไฟล์นั้น",
    ),
    "paper_area": Message(
        400,
        "The list is for one village, subdistrict or district. Give its code of 8, 6 or 4 digits.",
        "บัญชีนี้จัดทำสำหรับหมู่บ้าน ตำบล หรืออำเภอเดียว โปรดระบุรหัสพื้นที่ 8, 6 หรือ 4 หลัก",
    ),
    "round_nothing_funded": Message(
        409,
        "No project of this round was given money, so that there is no delivery to follow.",
        "รอบนี้ไม่มีโครงการที่ได้รับงบ จึงไม่มีการดำเนินงานให้ติดตาม",
    ),
    "round_taken": Message(
        409, "Another round has this id. Send it under a new one.", "รหัสนี้เป็นของรอบจัดสรรงบประมาณอื่น โปรดส่งใหม่ด้วยรหัสอื่น"
    ),
    "round_frozen": Message(
        409,
        "The rules of this round are frozen and are not opened again. Amend the round, with a reason.",
        "รอบนี้ล็อกเกณฑ์แล้วและเปิดแก้ไขใหม่ไม่ได้ โปรดทำเป็นฉบับแก้ไขพร้อมเหตุผล",
    ),
    "round_not_frozen": Message(
        409, "The rules of this round are not frozen yet. Freeze them first.", "รอบนี้ยังไม่ได้ล็อกเกณฑ์ โปรดล็อกเกณฑ์ก่อน"
    ),
    "round_phase": Message(
        409,
        "This cannot be done while the round is “{phase}”. Load it again to see how far it is.",
        "ทำสิ่งนี้ไม่ได้ในขั้นตอนปัจจุบันของรอบ (“{phase}”) โปรดเปิดดูสถานะล่าสุด",
    ),
    "round_no_projects": Message(
        409,
        "There is no proposed project with money in fiscal year {year}. Add one first.",
        "ยังไม่มีโครงการที่เสนอซึ่งใช้เงินในปีงบประมาณ {year} โปรดเพิ่มโครงการก่อน",
    ),
    "round_unjudged": Message(
        409,
        "Say of every project first whether it can be done; {count} still wait, such as “{name}”.",
        "โปรดพิจารณาความเป็นไปได้ของทุกโครงการก่อน ยังเหลือ {count} โครงการ เช่น “{name}”",
    ),
    "round_no_villages": Message(
        409,
        "The office has no villages in use. Enter its territory first.",
        "หน่วยงานนี้ยังไม่มีหมู่บ้านในเขต โปรดระบุเขตของหน่วยงานก่อน",
    ),
    "round_other_results": Message(
        409,
        "These are not the results that stand now. Load the round again, and look at them first.",
        "ผลที่อ้างถึงไม่ใช่ผลปัจจุบัน โปรดเปิดรอบนี้ใหม่และตรวจดูผลก่อน",
    ),
    "round_same_person": Message(
        409,
        "You have signed this already. Another officer of the office has to decide.",
        "คุณลงนามไปแล้ว ต้องให้เจ้าหน้าที่อีกคนของหน่วยงานเป็นผู้ตัดสิน",
    ),
    "round_signed": Message(
        409, "Somebody has signed this already. It waits for a second person.", "มีผู้ลงนามแล้ว รอผู้ตัดสินคนที่สอง"
    ),
    "round_not_signed": Message(
        409,
        "Nobody has signed this yet. One officer signs first, another decides.",
        "ยังไม่มีผู้ลงนาม ต้องมีคนหนึ่งลงนามก่อน แล้วอีกคนตัดสิน",
    ),
    "round_above_pot": Message(
        409,
        "The projects would cost more than the round has. Nothing was decided.",
        "โครงการรวมกันเกินวงเงินของรอบ จึงยังไม่ได้ตัดสิน",
    ),
    "round_altered": Message(
        409,
        "What is kept of this round does not have the hash under which it was frozen: {what}. It is not used.",
        "ข้อมูลของรอบนี้ไม่ตรงกับรหัสตรวจสอบตอนล็อกเกณฑ์ ({what}) จึงไม่นำมาใช้",
    ),
    "round_overrides": Message(
        400,
        "Name each project once, with “in” or “out” and a reason.",
        "โปรดระบุโครงการละหนึ่งครั้ง ว่าให้เข้าหรือออก พร้อมเหตุผล",
    ),
    "round_not_voting": Message(409, "Nobody is asked to vote in this round now.", "ขณะนี้รอบนี้ไม่ได้เปิดให้ออกเสียง"),
    "tally_lines": Message(
        400,
        "Give each project of the round at most once, with hands from 0 to the number of people present.",
        "โปรดระบุโครงการของรอบนี้ไม่เกินโครงการละหนึ่งครั้ง และจำนวนมือไม่เกินจำนวนผู้เข้าประชุม",
    ),
    "delivery_not_funded": Message(
        409, "This project has no money in the published round.", "โครงการนี้ไม่ได้รับงบในรอบที่ประกาศแล้ว"
    ),
    "delivery_there": Message(409, "This stage is reported already.", "รายงานขั้นตอนนี้ไปแล้ว"),
    "delivery_order": Message(409, "Report the stage before first.", "โปรดรายงานขั้นตอนก่อนหน้าก่อน"),
    "archive_broken": Message(
        400,
        "This is no file of a round, or it is damaged: {what}. Download it again.",
        "ไฟล์นี้ไม่ใช่ไฟล์ของรอบจัดสรรงบประมาณ หรือเสียหาย ({what}) โปรดดาวน์โหลดใหม่",
    ),
}


class Refusal(Exception):
    """Something a person asked for that the product will not do, with the reason and the mend.

    `also` holds what else is wrong with the same request, where a person mends all of it at once.
    """

    also: "tuple[Refusal, ...]" = ()

    def __init__(self, code: str, attr: str | None = None, **params: object) -> None:
        self.message = MESSAGES[code]  # a KeyError here is a bug: every code has its words
        self.code, self.attr, self.params = code, attr, params
        super().__init__(self.text("en"))

    @property
    def status(self) -> int:
        return self.message.status

    def text(self, language: str) -> str:
        template = self.message.th if language == "th" else self.message.en
        return template.format(**self.params)
