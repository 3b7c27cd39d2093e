using Causeway.Identity;
using Causeway.Identity.Directory;
using Causeway.Identity.Principals;
using Causeway.Identity.Secrets;
using Causeway.Identity.Tokens;
using Causeway.Storage;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Causeway.Api.Tests.Identity;

/// <summary>Keys that sign tokens change by the clock, with an overlap at both ends, and every node has the same.</summary>
public sealed class SigningKeyTests : IAsyncLifetime
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-keys-").FullName;
    private readonly ManualTimeProvider _clock = new();
    private readonly SecretProtector _secrets = new(new byte[SecretProtector.KeyBytes]);
    private IStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _store = StoreFactory.Open(Path.Combine(_folder, "store.db"), _clock);
        await _store.MigrateAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _secrets.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<SigningKeys> LoadAsync() => SigningKeys.LoadAsync(_store, _secrets, _clock, CancellationToken.None);

    private string Sign(SigningKeys keys)
    {
        var installation = new Installation
        {
            TenantId = "t",
            TenantName = "T",
            Subscriptions = new Dictionary<string, InitialSubscription>(),
            Principals = new Dictionary<string, Application>(),
        };
        var issuer = new TokenIssuer(keys, installation, new IdentityOptions { TokenLifetime = Lifetime }, _clock);
        DateTimeOffset now = _clock.GetUtcNow();
        var who = new ServicePrincipal(ServicePrincipal.IdOf("x").Text, "c", "o", "s", now, null, true, now);
        return new JsonWebToken(issuer.Issue(who, "https://localhost/adfs", "https://localhost/")).Kid;
    }

    [Fact]
    public async Task A_key_is_published_before_it_signs_and_believed_until_its_last_token_has_ended()
    {
        SigningKeys keys = await LoadAsync();
        string first = Sign(keys);
        await keys.RefreshAsync(CancellationToken.None);
        Assert.Single(keys.Published);

        _clock.Advance(SigningKeys.Period - SigningKeys.PublishedAhead + TimeSpan.FromMinutes(1));
        await keys.RefreshAsync(CancellationToken.None);
        Assert.Equal(2, keys.Published.Count);
        Assert.Equal(first, Sign(keys));

        // The change itself needs no turn of the loop.
        _clock.Advance(SigningKeys.PublishedAhead);
        string second = Sign(keys);
        Assert.NotEqual(first, second);
        Assert.Equal(keys.Published[1].Id, second);
        Assert.NotNull(keys.Find(first, Lifetime));
        Assert.NotNull(keys.Find(second, Lifetime));

        _clock.Advance(Lifetime + TimeSpan.FromMinutes(5));
        Assert.Null(keys.Find(first, Lifetime));
        Assert.NotNull(keys.Find(second, Lifetime));
    }

    [Fact]
    public async Task Nodes_that_start_at_any_time_have_the_same_keys()
    {
        SigningKeys one = await LoadAsync();
        _clock.Advance(SigningKeys.Period - TimeSpan.FromHours(1));
        SigningKeys two = await LoadAsync();
        await Task.WhenAll(one.RefreshAsync(CancellationToken.None), two.RefreshAsync(CancellationToken.None));
        Assert.Equal(Sign(one), Sign(two));
        string before = Sign(one);

        _clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1));
        SigningKeys three = await LoadAsync();
        Assert.Equal([Sign(one), Sign(one)], [Sign(two), Sign(three)]);
        Assert.NotNull(three.Find(before, Lifetime));

        // A long sleep, over several changes, of all at once.
        _clock.Advance(3 * SigningKeys.Period);
        await one.RefreshAsync(CancellationToken.None);
        await two.RefreshAsync(CancellationToken.None);
        Assert.Equal(Sign(one), Sign(two));
        Assert.NotNull(two.Find(Sign(one), Lifetime));
    }

    [Fact]
    public async Task The_key_of_an_older_version_goes_on_signing()
    {
        string older;
        using (var rsa = System.Security.Cryptography.RSA.Create(2048))
        {
            byte[] kept = System.Text.Encoding.UTF8.GetBytes(
                _secrets.Protect(Convert.ToBase64String(rsa.ExportPkcs8PrivateKey()), "identity/signing-key")
            );
            await _store.GetOrAddSettingAsync("identity/signing-key", kept, CancellationToken.None);
            older = System.Buffers.Text.Base64Url.EncodeToString(rsa.ExportParameters(false).Modulus);
        }
        Assert.Equal(older, (await LoadAsync()).Current.Modulus);
    }
}
