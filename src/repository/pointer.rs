//! What Git LFS leaves in git in place of a file.

/// Every pointer begins with this line (Git LFS specification, "The Pointer").
const FIRST: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// No pointer is as long as this.
pub(super) const BYTES_MAX: u64 = 1024;

/// Whether a file's first bytes are those of a pointer.
pub(super) fn is_pointer(head: &[u8], size: u64) -> bool {
    size < BYTES_MAX && head.starts_with(FIRST)
}

/// The SHA-256 digest of the file that a pointer stands for, in hex.
pub(super) fn digest(pointer: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(pointer).ok().filter(|_| is_pointer(pointer, pointer.len() as u64))?;
    let digest = text.lines().find_map(|line| line.strip_prefix("oid sha256:"))?;
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (digest.len() == 64 && digest.bytes().all(is_hex)).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_names_a_digest_and_nothing_else() {
        let pointer =
            |oid: &str| format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 9\n");
        let oid = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
        assert_eq!(digest(pointer(oid).as_bytes()), Some(oid));
        assert_eq!(digest(pointer("../../../etc/passwd").as_bytes()), None);
        assert_eq!(digest(b"version 2\n"), None);
        assert!(!is_pointer(pointer(oid).as_bytes(), BYTES_MAX));
    }
}
