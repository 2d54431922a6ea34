#pragma once

namespace codec_part {

bool works();

} // namespace codec_part
