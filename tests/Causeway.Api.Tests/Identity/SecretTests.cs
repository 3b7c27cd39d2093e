using System.Globalization;
using System.Security.Cryptography;
using Causeway.Identity.Secrets;

namespace Causeway.Api.Tests.Identity;

public sealed class SecretTests
{
    [Fact]
    public void A_secret_comes_back_for_its_purpose_and_key_only()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        using var protector = new SecretProtector(key);
        string kept = protector.Protect("pa55 wörd", "here");
        Assert.DoesNotContain("pa55", kept, StringComparison.Ordinal);
        Assert.NotEqual(kept, protector.Protect("pa55 wörd", "here"));
        Assert.Equal("pa55 wörd", protector.Unprotect(kept, "here"));
        Assert.Throws<SecretException>(() => protector.Unprotect(kept, "there"));
        using var other = new SecretProtector(RandomNumberGenerator.GetBytes(32));
        Assert.Throws<SecretException>(() => other.Unprotect(kept, "here"));
        foreach (string bad in new[] { "", "v1.", "v1.AAAA", "v2." + kept[3..], kept[..^4], kept + "AAAA", "v1.***", "pa55 wörd" })
            Assert.Throws<SecretException>(() => protector.Unprotect(bad, "here"));
    }

    [Fact]
    public void A_key_of_the_wrong_length_is_refused_with_the_way_to_make_one()
    {
        SecretException e = Assert.Throws<SecretException>(() => KeyFile.LoadOrCreate("/nowhere", "c2hvcnQ="));
        Assert.Contains("openssl rand", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_starts_at_once_agree_on_one_key()
    {
        string parent = Directory.CreateTempSubdirectory("causeway-key-").FullName;
        try
        {
            for (int round = 0; round < 50; round++)
            {
                string folder = Directory.CreateDirectory(Path.Combine(parent, round.ToString(CultureInfo.InvariantCulture))).FullName;
                using var start = new Barrier(8);
                byte[][] keys = new byte[start.ParticipantCount][];
                Thread[] starts =
                [
                    .. Enumerable
                        .Range(0, keys.Length)
                        .Select(i => new Thread(() =>
                        {
                            start.SignalAndWait(TestContext.Current.CancellationToken);
                            keys[i] = KeyFile.LoadOrCreate(folder, null);
                        })),
                ];
                Array.ForEach(starts, t => t.Start());
                Array.ForEach(starts, t => t.Join());
                Assert.All(keys, k => Assert.Equal(keys[0], k));
                Assert.Equal(["key"], Directory.GetFiles(folder).Select(f => Path.GetFileName(f)));
            }
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }
}
