using System.Security.Cryptography;
using System.Text;

namespace Causeway.Templates.Functions;

/// <summary>
/// What <c>guid()</c> and <c>uniqueString()</c> make of a text: the same as ARM makes, so that names which scripts work out elsewhere are the same here.
/// </summary>
public static class Hashes
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The namespace in which ARM names GUIDs (documented for <c>guid()</c> of Bicep).</summary>
    private static readonly Guid s_namespace = new("11fb06fb-712d-4ddd-98c7-e71bbd588830");

    /// <summary>A GUID by name (RFC 9562, version 5).</summary>
    public static string Guid(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        byte[] whole = new byte[16 + text.Length];
        s_namespace.TryWriteBytes(whole, bigEndian: true, out _);
        text.CopyTo(whole, 16);
#pragma warning disable CA5350 // A name, not a secret: version 5 is defined by SHA-1.
        byte[] hash = SHA1.HashData(whole)[..16];
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true).ToString("D");
    }

    /// <summary>Thirteen letters and digits: a 64-bit hash, five bits a character, the highest first.</summary>
    public static string UniqueString(string text)
    {
        ulong hash = Murmur64(Encoding.UTF8.GetBytes(text));
        return string.Create(
            13,
            hash,
            static (span, left) =>
            {
                foreach (ref char c in span)
                {
                    c = Alphabet[(int)(left >> 59)];
                    left <<= 5;
                }
            }
        );
    }

    /// <summary>MurmurHash3 for 32-bit machines with two lanes of 32 bits, seed 0.</summary>
    public static ulong Murmur64(ReadOnlySpan<byte> data)
    {
        const uint c1 = 0x239b961b,
            c2 = 0xab0e9789;
        uint h1 = 0,
            h2 = 0;
        int at = 0;
        for (; at + 7 < data.Length; at += 8)
        {
            h1 ^= uint.RotateLeft(Word(data, at, 4) * c1, 15) * c2;
            h1 = uint.RotateLeft(h1, 19) + h2;
            h1 = h1 * 5 + 0x561ccd1b;
            h2 ^= uint.RotateLeft(Word(data, at + 4, 4) * c2, 17) * c1;
            h2 = uint.RotateLeft(h2, 13) + h1;
            h2 = h2 * 5 + 0x0bcaa747;
        }
        int tail = data.Length - at;
        if (tail > 0)
            h1 ^= uint.RotateLeft(Word(data, at, Math.Min(tail, 4)) * c1, 15) * c2;
        if (tail > 4)
            h2 ^= uint.RotateLeft(Word(data, at + 4, tail - 4) * c2, 17) * c1;
        h1 ^= (uint)data.Length;
        h2 ^= (uint)data.Length;
        h1 += h2;
        h2 += h1;
        h1 = Mixed(h1);
        h2 = Mixed(h2);
        h1 += h2;
        h2 += h1;
        return ((ulong)h2 << 32) | h1;
    }

    private static uint Word(ReadOnlySpan<byte> data, int at, int bytes)
    {
        uint word = 0;
        for (int i = 0; i < bytes; i++)
            word |= (uint)data[at + i] << (8 * i);
        return word;
    }

    private static uint Mixed(uint h)
    {
        h = (h ^ (h >> 16)) * 0x85ebca6b;
        h = (h ^ (h >> 13)) * 0xc2b2ae35;
        return h ^ (h >> 16);
    }
}
