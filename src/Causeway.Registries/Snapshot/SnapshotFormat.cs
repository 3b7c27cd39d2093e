using System.Runtime.InteropServices;

namespace Causeway.Registries.Snapshot;

/*
 * Theory of operation
 *
 * A snapshot is one immutable file of named arrays ("sections") of plain little-endian structs. It is written once, to a temporary name, synced, and
 * renamed into place; it is read by mapping it and looking at the arrays where they lie. So a start costs a map and a check of the header, memory is
 * the page cache's to give and take, and a crash while writing leaves the former file untouched. Nothing in a snapshot is a pointer: records refer to
 * each other by index and to strings by offset, and every access goes through a bounds-checked span, so a damaged file can produce an exception or a
 * wrong answer about registry data, never a wrong memory access.
 *
 *   header   64 bytes: magic, kind (what the sections mean), section count, file length, CRC-32C of the table
 *   table    one 32-byte entry per section: id, element size, offset, length, CRC-32C of the content
 *   content  sections, each aligned to 64 bytes
 *
 * The table stands at the end, because the longest section (object text) is streamed before its length is known.
 */

/// <summary>A file that is not a snapshot of the wanted kind and version, or is damaged. The message names the file and what is wrong.</summary>
public sealed class SnapshotFormatException(string message) : IOException(message);

[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct SnapshotHeader
{
    public const ulong ExpectedMagic = 0x3130_5041_4E53_5743; // "CWSNAP01"

    public ulong Magic;
    public uint Kind;
    public uint Sections;
    public long FileLength;
    public long TableOffset;
    public uint TableChecksum;
}

[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct SnapshotSection
{
    public uint Id;
    public uint ElementSize;
    public long Offset;
    public long Length;
    public uint Checksum;
}
