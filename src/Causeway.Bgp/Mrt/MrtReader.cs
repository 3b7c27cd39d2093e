using System.Buffers.Binary;

namespace Causeway.Bgp.Mrt;

/// <summary>
/// Reads an MRT file record by record. Nothing in a file makes it throw: a record that contradicts itself comes out as <see cref="MrtRecord.Malformed"/>, and a file that
/// ends within a record, or claims a record of impossible length, ends with one.
/// </summary>
public static class MrtReader
{
    /// <summary>Longest record that is read: 16 MiB, beyond a full table's worth of peers for one prefix.</summary>
    public const int LongestRecord = 16 * 1024 * 1024;

    private const int HeaderLength = 12;

    /// <exception cref="IOException">The stream itself failed.</exception>
    public static IEnumerable<MrtRecord> Read(Stream stream)
    {
        var header = new byte[HeaderLength];
        byte[] body = [];
        while (true)
        {
            int got = stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
            if (got == 0)
                yield break;
            if (got < HeaderLength)
            {
                yield return new MrtRecord.Malformed(
                    DateTimeOffset.UnixEpoch,
                    0,
                    0,
                    $"the file ends within a header, after {got} of {HeaderLength} bytes"
                )
                {
                    CutShort = true,
                };
                yield break;
            }
            DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(header));
            ushort type = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(4));
            ushort subtype = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(6));
            uint length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
            if (length > LongestRecord)
            {
                yield return new MrtRecord.Malformed(at, type, subtype, $"a record of {length} bytes; the most is {LongestRecord}");
                yield break;
            }
            if (body.Length < length)
                body = new byte[Math.Max(length, 2 * body.Length)];
            got = stream.ReadAtLeast(body.AsSpan(0, (int)length), (int)length, throwOnEndOfStream: false);
            if (got < length)
            {
                yield return new MrtRecord.Malformed(at, type, subtype, $"the file ends within a record, after {got} of {length} bytes")
                {
                    CutShort = true,
                };
                yield break;
            }
            yield return MrtDecoder.Decode(at, type, subtype, body.AsSpan(0, (int)length));
        }
    }
}
