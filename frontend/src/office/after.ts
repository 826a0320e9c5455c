// A photo of what was done: made small as the phone's are, announced, then sent.

import { putPhoto } from '../api'
import { NeedSchema, send } from '../life/source'
import { sha256 } from '../phone/photo'

export async function sendAfterPhoto(id: string, photo: Blob, photoId: string): Promise<void> {
  const photos = [{ id: photoId, sha256: await sha256(photo), bytes: photo.size }]
  await send(`/pins/${id}/photos`, NeedSchema, 'POST', { photos })
  await putPhoto(photoId, photo)
}
