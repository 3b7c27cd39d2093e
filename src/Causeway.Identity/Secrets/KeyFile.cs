using System.Security.Cryptography;

namespace Causeway.Identity.Secrets;

/// <summary>Where the installation's key comes from: given (base64, 32 bytes), or a file of the data folder that only its owner can read.</summary>
public static class KeyFile
{
    public const string Name = "key";

    /// <param name="given">Base64 of 32 bytes, from the setting; null to use the file, which is made when it is not there.</param>
    /// <exception cref="SecretException">The key cannot be used; the message says how to make one.</exception>
    public static byte[] LoadOrCreate(string dataFolder, string? given)
    {
        if (!string.IsNullOrWhiteSpace(given))
            return Decode(given, "The setting 'key' (CAUSEWAY_KEY)");
        string path = Path.Combine(dataFolder, Name);
        if (!File.Exists(path))
            PrivateFile.WriteNew(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretProtector.KeyBytes)) + "\n");
        return Decode(File.ReadAllText(path), path);
    }

    private static byte[] Decode(string text, string where)
    {
        byte[] key = new byte[SecretProtector.KeyBytes];
        return Convert.TryFromBase64String(text.Trim(), key, out int written) && written == key.Length
            ? key
            : throw new SecretException(
                $"{where} is not {SecretProtector.KeyBytes} bytes in base64. Make one with: openssl rand -base64 {SecretProtector.KeyBytes}"
            );
    }
}
