//! The checksums in keys and tokens.

/// Marvin32 folded to 32 bits: the hash in Azure's identifiable keys
/// (github.com/microsoft/SymCrypt, `lib/marvin32.c`; github.com/microsoft/security-utilities).
pub(super) fn marvin32(data: &[u8], seed: u64) -> u32 {
    let [low, high] = halves(marvin(data, seed));
    low ^ high
}

#[expect(clippy::cast_possible_truncation, reason = "each half is taken by itself")]
fn halves(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

fn marvin(data: &[u8], seed: u64) -> u64 {
    let mut state = halves(seed);
    let (words, rest) = data.as_chunks::<4>();
    for word in words {
        state[0] = state[0].wrapping_add(u32::from_le_bytes(*word));
        state = mixed(state);
    }
    // The rest, one set bit behind it, zeros behind that.
    let last = rest.iter().chain(&[0x80]).zip([0, 8, 16, 24]);
    state[0] = state[0].wrapping_add(last.fold(0, |word, (byte, shift)| word | u32::from(*byte) << shift));
    state = mixed(mixed(state));
    u64::from(state[1]) << 32 | u64::from(state[0])
}

fn mixed([mut a, mut b]: [u32; 2]) -> [u32; 2] {
    b ^= a;
    a = a.rotate_left(20).wrapping_add(b);
    b = b.rotate_left(9) ^ a;
    a = a.rotate_left(27).wrapping_add(b);
    b = b.rotate_left(19);
    [a, b]
}

/// CRC-32 as in Ethernet and zip.
pub(super) fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A number in an alphabet, its highest digit first, filled up with the alphabet's first character.
pub(super) fn digits(mut number: u32, alphabet: &[u8], length: usize) -> Vec<u8> {
    let base = u32::try_from(alphabet.len()).unwrap_or(u32::MAX).max(2);
    let mut digits = Vec::with_capacity(length);
    while number > 0 || digits.len() < length {
        digits.extend(alphabet.get((number % base) as usize));
        number /= base;
    }
    digits.reverse();
    digits
}

/// A number in digits, capitals and small letters.
pub(super) fn base62(number: u32, length: usize) -> Vec<u8> {
    digits(number, BASE62, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of `SymCrypt`'s own test, and some of another implementation (github.com/skeeto/marvin32).
    #[test]
    fn marvin_gives_the_published_hashes() {
        assert_eq!(marvin(b"abc", 0xd53c_d9ce_cd08_93b7), 0x22c7_4339_4927_69bf);
        assert_eq!(marvin(b"abcdefghijklmnopqrstuvwxyz", 0x0ddd_deee_efff_f000), 0xa128_eb7e_7260_aca2);
        let seed = 0x004f_b61a_001b_dbcc;
        assert_eq!(marvin(&[], seed), 0x30ed_35c1_00cd_3c7d);
        assert_eq!(marvin(&[175], seed), 0x48e7_3fc7_7d75_ddc1);
        assert_eq!(marvin(&[231, 15], seed), 0xb5f6_e1fc_485d_bff8);
        assert_eq!(marvin(&[55, 244, 149], seed), 0xf0b0_7c78_9b8c_f7e8);
        assert_eq!(marvin(&[134, 66, 220, 89], seed), 0x7008_f2e8_7e9c_f556);
    }

    #[test]
    fn crc_gives_the_published_check_value() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(base62(crc32(b"zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"), 6), b"0mLq17");
    }
}
