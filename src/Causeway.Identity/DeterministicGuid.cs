using System.Security.Cryptography;
using System.Text;

namespace Causeway.Identity;

/// <summary>A GUID that follows from a text (RFC 9562 version 8, over SHA-256).</summary>
internal static class DeterministicGuid
{
    public const int Version = 8;

    public static Guid Of(string text)
    {
        byte[] bytes = SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
