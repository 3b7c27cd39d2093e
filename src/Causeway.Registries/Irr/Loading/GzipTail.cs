using System.Buffers.Binary;
using System.IO.Compression;

namespace Causeway.Registries.Irr.Loading;

/// <summary>
/// Tells a whole gzip file from one that was cut short. The runtime's decompressor ends silently in both cases, and a registry that lost its second half
/// would look like one that shrank. A gzip member ends with the CRC and the length of its content (RFC 1952 §2.3.1): for a file of one member the length
/// must be what came out; for several members glued together the content of the last one is found by that length and its CRC compared.
/// </summary>
internal static class GzipTail
{
    /// <param name="tail">The last eight bytes of the compressed file.</param>
    /// <param name="length">Bytes that came out of it.</param>
    /// <param name="reopen">Opens the compressed file again; used only when it is not a single whole member.</param>
    public static bool IsWhole(ReadOnlySpan<byte> tail, long length, Func<Stream> reopen)
    {
        if (tail.Length < 8)
            return false;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]);
        if (size == (uint)length)
            return true;
        if (size > length)
            return false;
        using Stream raw = reopen();
        using var gzip = new GZipStream(raw, CompressionMode.Decompress);
        return LastBytesHaveCrc(gzip, length - size, BinaryPrimitives.ReadUInt32LittleEndian(tail));
    }

    private static bool LastBytesHaveCrc(GZipStream content, long skip, uint expected)
    {
        var buffer = new byte[1 << 16];
        uint crc = uint.MaxValue;
        for (int n; (n = content.Read(buffer)) > 0; )
        {
            int from = (int)Math.Min(skip, n);
            skip -= from;
            foreach (byte b in buffer.AsSpan(from, n - from))
                crc = (crc >> 8) ^ Table[(byte)(crc ^ b)];
        }
        return ~crc == expected;
    }

    private static readonly uint[] Table =
    [
        .. Enumerable
            .Range(0, 256)
            .Select(i =>
            {
                uint c = (uint)i;
                for (int bit = 0; bit < 8; bit++)
                    c = (c & 1) != 0 ? (c >> 1) ^ 0xEDB88320 : c >> 1;
                return c;
            }),
    ];
}
