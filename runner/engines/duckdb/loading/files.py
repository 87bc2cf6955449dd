"""Bytes of staged files: compression, encodings, byte order marks."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import zlib
from pathlib import Path

from runner.errors import Unsupported

# Snowflake's names of encodings -> Python's (page *COPY INTO <table>*, ENCODING)
ENCODINGS = {
    "UTF8": "utf-8",
    "UTF16": "utf-16",
    "UTF16BE": "utf-16-be",
    "UTF16LE": "utf-16-le",
    "UTF32": "utf-32",
    "UTF32BE": "utf-32-be",
    "UTF32LE": "utf-32-le",
    "BIG5": "big5",
    "EUCJP": "euc_jp",
    "EUCKR": "euc_kr",
    "GB18030": "gb18030",
    "ISO2022JP": "iso2022_jp",
    "ISO2022KR": "iso2022_kr",
    "KOI8R": "koi8_r",
    "SHIFTJIS": "shift_jis",
    "WINDOWS874": "cp874",
    "WINDOWS949": "cp949",
    **{f"WINDOWS{code}": f"cp{code}" for code in range(1250, 1257)},
    **{f"ISO8859{part}": f"iso8859_{part}" for part in (1, 2, 5, 6, 7, 8, 9, 15)},
}
_MAGIC = {
    b"\x1f\x8b": "GZIP",
    b"BZh": "BZ2",
    b"\x28\xb5\x2f\xfd": "ZSTD",
}
BOM = b"\xef\xbb\xbf"


class UnreadableError(Exception):
    """A file that cannot be read as what its format says; the text is the file's first error."""


def read(path: Path, compression: str = "AUTO") -> bytes:
    """A file's content, decompressed. Raises `UnreadableError`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"The file cannot be read: {error.strerror}") from error
    return decompress(data, compression)


def decompress(data: bytes, compression: str) -> bytes:
    """Undo a compression by Snowflake's name; AUTO looks at the first bytes."""
    if compression == "AUTO":
        found = [name for magic, name in _MAGIC.items() if data.startswith(magic)]
        compression = found[0] if found else "NONE"
    try:
        match compression:
            case "NONE":
                return data
            case "GZIP":
                return gzip.decompress(data)
            case "BZ2":
                return bz2.decompress(data)
            case "DEFLATE":
                return zlib.decompress(data)
            case "RAW_DEFLATE":
                return zlib.decompress(data, -zlib.MAX_WBITS)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise UnreadableError(f"The file is not valid {compression}: {error}") from error
    raise Unsupported(f"COMPRESSION = {compression}")


def text(data: bytes, encoding: str, *, replace: bool = False, skip_mark: bool = True) -> str:
    """Bytes as text. Bytes that are not of the encoding become U+FFFD when they are to be replaced,
    else lone surrogates, which `csvtext` reports with their record. Raises `UnreadableError`."""
    codec = ENCODINGS.get(encoding.upper().replace("-", "").replace("_", ""))
    if codec is None:
        raise Unsupported(f"ENCODING = '{encoding}'")
    if codec == "utf-8" and skip_mark:
        data = data.removeprefix(BOM)
    errors = "replace" if replace else "surrogateescape" if codec == "utf-8" else "strict"
    try:
        decoded = data.decode(codec, errors)
    except UnicodeError as error:
        raise UnreadableError(f"The file is not valid {encoding}: {error}") from error
    return decoded.removeprefix("\ufeff") if skip_mark else decoded


def etag(path: Path) -> str:
    """The checksum by which a changed file is known."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "md5").hexdigest()
    except OSError:
        return ""
