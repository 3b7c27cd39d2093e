using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Identity.Secrets;
using Causeway.Workflows.Storage;

namespace Causeway.Identity.Tokens;

/// <summary>
/// The keys that sign tokens, one after the other. Time is cut into periods of 90 days, counted from the first start; each has its key, kept encrypted in the
/// store under its number. Which key signs follows from the clock, and the store keeps the first that is written of each, so that all nodes sign with the same
/// one and none has to tell the others. A key is made and published a week before it signs, for those who keep what is published; the one before it is
/// believed until the last token that it signed has ended.
/// </summary>
public sealed class SigningKeys
{
    /// <summary>No setting: if it changed, periods would get other numbers, and the tokens of that moment would end early.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromDays(90);

    internal static readonly TimeSpan PublishedAhead = TimeSpan.FromDays(7);

    /// <summary>Clocks of nodes differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    private const string Setting = "identity/signing-key";
    private const string SinceSetting = "identity/signing-keys-since";

    private readonly IStore _store;
    private readonly ISecretProtector _secrets;
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _since;
    private volatile SigningKey[] _keys = [];

    private SigningKeys(IStore store, ISecretProtector secrets, TimeProvider clock, DateTimeOffset since)
    {
        (_store, _secrets, _clock, _since) = (store, secrets, clock, since);
    }

    /// <exception cref="SecretException">The installation's key is not the one this store was made with.</exception>
    public static async Task<SigningKeys> LoadAsync(
        IStore store,
        ISecretProtector secrets,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        SigningKeys keys = await BeginAsync(store, secrets, clock, cancellation);
        await keys.Loaded;
        return keys;
    }

    /// <summary>The keys, being read: to make the first of an installation takes 0.05 to 0.3 s, in which a start has other things to do.</summary>
    internal static async Task<SigningKeys> BeginAsync(
        IStore store,
        ISecretProtector secrets,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        byte[] since =
            await store.GetSettingAsync(SinceSetting, cancellation)
            ?? await store.GetOrAddSettingAsync(SinceSetting, Encoding.UTF8.GetBytes($"{clock.GetUtcNow():O}"), cancellation);
        var keys = new SigningKeys(
            store,
            secrets,
            clock,
            DateTimeOffset.ParseExact(Encoding.UTF8.GetString(since), "O", CultureInfo.InvariantCulture)
        );
        keys.Loaded = Task.Run(() => keys.LoadAsync(ahead: TimeSpan.Zero, cancellation), cancellation);
        return keys;
    }

    /// <summary>Completes when there is a key to sign with; before that, no request may be taken.</summary>
    /// <exception cref="SecretException">The installation's key is not the one this store was made with.</exception>
    public Task Loaded { get; private set; } = Task.CompletedTask;

    /// <summary>The key that signs now. A process that slept through a change signs with the key that it has until it has read the next.</summary>
    internal SigningKey Current
    {
        get
        {
            long now = PeriodAt(_clock.GetUtcNow());
            return _keys.LastOrDefault(k => k.Period <= now) ?? _keys[0];
        }
    }

    /// <summary>The keys that those who check our tokens should know, oldest first.</summary>
    internal IReadOnlyList<SigningKey> Published => _keys;

    /// <summary>The key with an id, if tokens that are valid now can have been signed with it.</summary>
    /// <param name="lifetime">The longest that a token is valid.</param>
    internal SigningKey? Find(string id, TimeSpan lifetime)
    {
        long oldest = PeriodAt(_clock.GetUtcNow() - lifetime - Skew);
        return _keys.FirstOrDefault(k => k.Id == id && k.Period >= oldest);
    }

    /// <summary>Reads the key of now and that of a week from now, makes them where nobody has yet, and forgets old ones.</summary>
    internal Task RefreshAsync(CancellationToken cancellation) => LoadAsync(PublishedAhead, cancellation);

    private long PeriodAt(DateTimeOffset instant) => Math.Max(0, (instant - _since).Ticks / Period.Ticks);

    private async Task LoadAsync(TimeSpan ahead, CancellationToken cancellation)
    {
        DateTimeOffset at = _clock.GetUtcNow();
        (long now, long last) = (PeriodAt(at), PeriodAt(at + ahead));
        var keys = new List<SigningKey>();
        for (long period = Math.Max(0, now - 1); period <= last; period++)
        {
            SigningKey? key = _keys.FirstOrDefault(k => k.Period == period) ?? await ReadAsync(period, make: period >= now, cancellation);
            if (key is not null)
                keys.Add(key);
        }
        _keys = [.. keys];
    }

    private async Task<SigningKey?> ReadAsync(long period, bool make, CancellationToken cancellation)
    {
        // The first has the name that it had before there were others.
        string name = period == 0 ? Setting : $"{Setting}/{period}";
        byte[]? stored = await _store.GetSettingAsync(name, cancellation);
        if (stored is null && !make)
            return null;
        if (stored is null)
        {
            using var made = RSA.Create(2048);
            byte[] kept = Encoding.UTF8.GetBytes(_secrets.Protect(Convert.ToBase64String(made.ExportPkcs8PrivateKey()), name));
            stored = await _store.GetOrAddSettingAsync(name, kept, cancellation);
        }
        return new SigningKey(period, Convert.FromBase64String(_secrets.Unprotect(Encoding.UTF8.GetString(stored), name)));
    }
}
