using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Causeway.Api.Kit;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Routers;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Operations;

/// <summary>
/// What changed, for whoever waits for it. One reader of the journal a node, however many wait; it rests while nobody has asked for a minute. What routers show
/// is told by the node that drives them: here at once (<see cref="Observed"/>), on other nodes by way of its notes.
/// </summary>
public sealed class ChangeFeed(IStore store, IEnumerable<IShownAs> shown, ChangeNotes notes, TimeProvider clock) : Loop("changes")
{
    /// <summary>Who asks with an older position is told that it missed some.</summary>
    private const int MostKept = 10_000;

    /// <summary>Entries that are read again: a commit may take its position before another, and become visible after it.</summary>
    private const int Overlap = 100;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Forgets = TimeSpan.FromMinutes(1);

    /// <summary>A first look at the journal that takes longer than this is one that fails.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(5);

    private const string OfExchange = "exchange/";

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Of a position: a nonce, a number, a tag.</summary>
    private const int PositionBytes = NonceBytes + sizeof(long) + TagBytes;

    private readonly Lock _gate = new();

    /// <summary>The change that was the n-th stands at n modulo its length.</summary>
    private readonly ResourceId[] _kept = new ResourceId[MostKept];
    private readonly HashSet<long> _read = [];
    private readonly HashSet<(string Instance, string Peer)> _observed = [];

    /// <summary>Of the present run; null while there is none.</summary>
    private byte[]? _key;
    private long _count;
    private long _tail = -1;
    private long _askedAt;
    private bool _isDown;
    private TaskCompletionSource _more = New();
    private volatile bool _ended;

    public override bool IsNeeded => false;

    /// <summary>Whoever waits is answered, and nobody waits from now on: the server stops.</summary>
    public void End()
    {
        _ended = true;
        lock (_gate)
            Told();
    }

    /// <summary>A router shows something new of these instances. From any thread.</summary>
    public void Observed(IEnumerable<ObservedInstance> instances)
    {
        lock (_gate)
        {
            if (_key is null)
                return;
            foreach (ObservedInstance instance in instances)
            foreach (string peer in instance.Peers.DefaultIfEmpty(""))
                _observed.Add((instance.Name, peer));
        }
        Wake();
    }

    /// <summary>By which claim one finds whose session it is; null for one that is nobody's, as of an instance without a change in its sessions.</summary>
    private static string? ClaimOf((string Instance, string Peer) observed) =>
        observed.Instance.StartsWith(OfExchange, StringComparison.Ordinal)
            ? IPAddress.TryParse(observed.Peer, out IPAddress? at)
                ? Peering.AddressClaim(observed.Instance[OfExchange.Length..], at)
                : null
            : observed.Instance.StartsWith("facility/", StringComparison.Ordinal)
                ? IPAddress.TryParse(observed.Peer, out IPAddress? end)
                    ? Peering.LinkClaim(end)
                    : null
                // A routing domain of a circuit: its service key, a slash, its type.
                : $"service-key/{observed.Instance.Split('/')[0]}";

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        try
        {
            TurnResult looked = await LookAsync(cancellation);
            lock (_gate)
                _isDown = false;
            return looked;
        }
        catch
        {
            // What was read and not told yet is not read again: whoever comes back is told that they missed something.
            lock (_gate)
            {
                Forget();
                _isDown = true;
                Told();
            }
            throw;
        }
    }

    private async Task<TurnResult> LookAsync(CancellationToken cancellation)
    {
        if (_askedAt == 0 || clock.GetElapsedTime(Volatile.Read(ref _askedAt)) > Forgets)
        {
            lock (_gate)
                Forget();
            return new TurnResult("nobody waits", null);
        }
        if (_tail < 0)
        {
            // What is there already is nothing new; what becomes visible among it later is.
            await notes.HeardAsync(cancellation);
            IReadOnlyList<JournalEntry> last = await store.JournalAsync(new JournalQuery { Most = Overlap, Latest = true }, cancellation);
            lock (_gate)
            {
                _read.UnionWith(last.Select(e => e.Position));
                _tail = last is [.., var newest] ? newest.Position : 0;
                _key = RandomNumberGenerator.GetBytes(32);
                Told();
            }
        }
        long from = Math.Max(0, _tail - Overlap);
        IReadOnlyList<JournalEntry> entries = await store.JournalAsync(
            new JournalQuery { AfterPosition = from, Most = 1000 },
            cancellation
        );
        IReadOnlyList<ChangeNote>? heard = await notes.HeardAsync(cancellation);
        string[] claims;
        lock (_gate)
        {
            if (heard is null)
            {
                // Some is not known: whoever waits is told that they missed it, and begins anew.
                Forget();
                Told();
                return new TurnResult("missed what another node told", TimeSpan.Zero);
            }
            _observed.UnionWith(heard.Select(n => (n.Instance, n.Peer)));
            claims = [.. _observed.Select(ClaimOf).OfType<string>().Distinct()];
            _observed.Clear();
        }
        var changed = new List<ResourceId>();
        foreach (JournalEntry entry in entries)
            if (_read.Add(entry.Position) && entry.Position > _tail - Overlap)
                await AddAsync(entry.Resource, entry.Facts);
        foreach (string claim in claims)
            if (await store.ClaimOwnerAsync(claim, cancellation) is { } owner)
                await AddAsync(owner, default);
        lock (_gate)
        {
            foreach (ResourceId id in changed.Distinct())
                _kept[_count++ % MostKept] = id;
            if (entries.Count > 0)
                _tail = Math.Max(_tail, entries[^1].Position);
            _read.RemoveWhere(p => p <= _tail - Overlap);
            if (changed.Count > 0)
                Told();
        }
        return new TurnResult($"{changed.Count} changed", entries.Count == 1000 ? TimeSpan.Zero : Every);

        async ValueTask AddAsync(ResourceId id, ReadOnlyMemory<byte> facts)
        {
            changed.Add(id);
            foreach (IShownAs also in shown)
                changed.AddRange(await also.OthersAsync(id, facts, cancellation));
        }
    }

    /// <summary>What changed after a position; at once when something did, else as soon as it does, or nothing when the time is over.</summary>
    /// <param name="after">As answered before; null begins now.</param>
    /// <exception cref="ChangesUnavailableException">The journal cannot be read just now.</exception>
    public async ValueTask<Changed> AfterAsync(string? after, TimeSpan wait, CancellationToken cancellation)
    {
        long began = clock.GetTimestamp();
        Volatile.Write(ref _askedAt, began);
        while (true)
        {
            Task more;
            bool hasBegun;
            lock (_gate)
            {
                if (_isDown)
                    throw new ChangesUnavailableException();
                hasBegun = _key is not null;
                if (!hasBegun)
                    Wake();
                else if (Seen(after) is not { } seen)
                    return new Changed(Position(), after is not null, []);
                else if (seen < _count)
                    return new Changed(Position(), false, Between(seen, _count));
                more = _more.Task;
            }
            // The first look gives the positions: it is always waited for.
            TimeSpan patience = (hasBegun ? wait : FirstLook) - clock.GetElapsedTime(began);
            if (_ended)
                return new Changed(after ?? "", false, []);
            if (patience > TimeSpan.Zero)
                try
                {
                    await more.WaitAsync(patience, clock, cancellation);
                    continue;
                }
                catch (TimeoutException)
                {
                    // Nothing changed in that time.
                }
            if (!hasBegun)
                throw new ChangesUnavailableException();
            lock (_gate)
                // Never the one that was given: it would say that nobody else changed anything either.
                return _key is not null && Seen(after) is { } seen
                    ? new Changed(Position(), false, Between(seen, _count))
                    : new Changed(after ?? "", true, []);
        }
    }

    private ResourceId[] Between(long from, long to)
    {
        var changed = new HashSet<ResourceId>();
        for (long i = from; i < to; i++)
            changed.Add(_kept[i % MostKept]);
        return [.. changed];
    }

    /// <summary>
    /// How many changes there were, as only this run can read it, and each time other than before: the number, or that it is the same, would tell everybody how much
    /// others do.
    /// </summary>
    private string Position()
    {
        Span<byte> position = stackalloc byte[PositionBytes];
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, _count);
        RandomNumberGenerator.Fill(position[..NonceBytes]);
        using var cipher = new AesGcm(_key!, TagBytes);
        cipher.Encrypt(position[..NonceBytes], number, position[NonceBytes..^TagBytes], position[^TagBytes..]);
        return Base64Url.EncodeToString(position);
    }

    /// <summary>How many changes whoever has that position has seen; null when that cannot be said any more.</summary>
    private long? Seen(string? position)
    {
        Span<byte> given = stackalloc byte[PositionBytes];
        Span<byte> number = stackalloc byte[sizeof(long)];
        if (position is not { Length: PositionBytes / 3 * 4 } || !Base64Url.IsValid(position))
            return null;
        Base64Url.DecodeFromChars(position, given);
        try
        {
            using var cipher = new AesGcm(_key!, TagBytes);
            cipher.Decrypt(given[..NonceBytes], given[NonceBytes..^TagBytes], given[^TagBytes..], number);
        }
        catch (AuthenticationTagMismatchException)
        {
            // Of a run before this one, or made up.
            return null;
        }
        long seen = BinaryPrimitives.ReadInt64BigEndian(number);
        return seen >= 0 && seen <= _count && _count - seen <= MostKept ? seen : null;
    }

    private void Told()
    {
        _more.TrySetResult();
        _more = New();
    }

    private void Forget()
    {
        (_key, _count, _tail) = (null, 0, -1);
        _read.Clear();
        _observed.Clear();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What became of a question for changes.</summary>
/// <param name="Position">To ask with the next time.</param>
/// <param name="Missed">Whether anything may have changed, because the position is not known any more.</param>
/// <param name="Resources">What changed, each once.</param>
public sealed record Changed(string Position, bool Missed, IReadOnlyList<ResourceId> Resources);

/// <summary>What changes cannot be said, because the journal cannot be read; whoever asked may do so again.</summary>
public sealed class ChangesUnavailableException() : Exception("What changes cannot be told just now."), IUnavailable
{
    public string Code => "ChangesUnavailable";

    public TimeSpan? RetryAfter => TimeSpan.FromSeconds(5);
}
