using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>A prefix of a peer's customer, registered under the peering: with its key the customer makes it part of a Peering Service.</summary>
/// <param name="Name">Of the resource.</param>
/// <param name="Key">What the peer gives to its customer; made here, and never another.</param>
/// <param name="Round">Counts how often it was to be looked at anew: what was seen in an earlier round says nothing.</param>
public sealed record RegisteredPrefix(string Name, IpPrefix Prefix, Guid Key, long Round)
{
    /// <summary>What was seen of it last, by exchange.</summary>
    public ImmutableSortedDictionary<string, PrefixSeen> Seen { get; init; } = ImmutableSortedDictionary<string, PrefixSeen>.Empty;

    /// <summary>What is to be said of it: the worst of the exchanges where the peering is Active; <c>Pending</c> while one has not been looked at in this round.</summary>
    public (PrefixState State, string? Error) StateIn(Peering peering)
    {
        string[] exchanges = [.. ActiveAt(peering)];
        if (exchanges.Length == 0)
            return (PrefixState.Pending, "No connection of the peering is Active yet, so that nothing can be received.");
        PrefixSeen?[] seen = [.. exchanges.Select(x => Seen.GetValueOrDefault(x))];
        PrefixSeen? worst = seen.OfType<PrefixSeen>().OrderByDescending(s => s.State).FirstOrDefault();
        return seen.Any(s => s is null || s.Round != Round) ? (PrefixState.Pending, worst?.Error) : (worst!.State, worst.Error);
    }

    /// <summary>The exchanges where a peering is Active, by name.</summary>
    public static IEnumerable<string> ActiveAt(Peering peering) =>
        peering.Connections.Where(c => c.State is ConnectionState.Active).Select(c => c.Site).Distinct(StringComparer.OrdinalIgnoreCase);

    public const int Most = 200;
}

/// <summary>An ASN of a peer's customer, registered under the peering; its key does for every prefix that it originates.</summary>
/// <inheritdoc cref="RegisteredPrefix"/>
public sealed record RegisteredAsn(string Name, Asn Asn, Guid Key)
{
    public const int Most = 200;
}

/// <summary>What was seen at one exchange.</summary>
/// <param name="Error">What is wrong, for people; null when nothing is.</param>
public sealed record PrefixSeen(long Round, PrefixState State, string? Error);

/// <summary>How it stands with a prefix, as the wire spells it; the worse the later.</summary>
public enum PrefixState
{
    /// <summary>It was not looked at yet.</summary>
    Pending,

    /// <summary>It is received as it should be.</summary>
    Verified,

    /// <summary>It is received, and nobody can say whose it is: no registry is loaded here.</summary>
    Unknown,

    /// <summary>It is received, and one fault of its provider's would cut it off.</summary>
    Warning,

    /// <summary>It is not received as it should be.</summary>
    Failed,

    /// <summary>It can never be.</summary>
    Invalid,
}

/// <summary>What concerns the registrations of a peering.</summary>
public abstract record RegistrationSignal(DateTimeOffset At) : Signal(At);

/// <summary>A prefix is registered (PUT).</summary>
/// <param name="Of">Name of the registration.</param>
/// <param name="NewKey">For one that is not there yet.</param>
public sealed record PutRegisteredPrefix(DateTimeOffset At, string Of, IpPrefix Prefix, Guid NewKey) : RegistrationSignal(At);

/// <summary>An ASN is registered (PUT).</summary>
/// <inheritdoc cref="PutRegisteredPrefix"/>
public sealed record PutRegisteredAsn(DateTimeOffset At, string Of, Asn Asn, Guid NewKey) : RegistrationSignal(At);

public sealed record DeleteRegisteredPrefix(DateTimeOffset At, string Of) : RegistrationSignal(At);

public sealed record DeleteRegisteredAsn(DateTimeOffset At, string Of) : RegistrationSignal(At);

/// <summary>A registered prefix is to be looked at anew.</summary>
public sealed record ValidateRegisteredPrefix(DateTimeOffset At, string Of) : RegistrationSignal(At);

/// <summary>What was seen of registered prefixes at one exchange, by name.</summary>
public sealed record RegisteredPrefixesSeen(DateTimeOffset At, string Exchange, ImmutableSortedDictionary<string, PrefixSeen> Seen)
    : RegistrationSignal(At);

/// <summary>What becomes of a peering's registrations. They open nothing: what routers accept follows from the connections and the filter.</summary>
public static class Registering
{
    public static Decision<Peering> Decide(Peering current, RegistrationSignal signal) =>
        signal switch
        {
            PutRegisteredPrefix put => Put(current, put),
            PutRegisteredAsn put => Put(current, put),
            DeleteRegisteredPrefix gone => Find(current, gone.Of) is { } found
                ? Move(
                    current with
                    {
                        RegisteredPrefixes = current.RegisteredPrefixes.Remove(found),
                    },
                    $"{found.Prefix} is registered no more"
                )
                : Stay("there is no such registered prefix"),
            DeleteRegisteredAsn gone => FindAsn(current, gone.Of) is { } found
                ? Move(current with { RegisteredAsns = current.RegisteredAsns.Remove(found) }, $"AS{found.Asn} is registered no more")
                : Stay("there is no such registered ASN"),
            ValidateRegisteredPrefix validate => Find(current, validate.Of) is { } found
                ? Move(With(current, found, found with { Round = found.Round + 1 }), $"{found.Prefix} is to be looked at anew")
                : new Decision<Peering>.Refuse(Refusal.NotFound("NotFound", "Resource does not exist.")),
            RegisteredPrefixesSeen seen => See(current, seen),
            _ => throw new ArgumentException($"{signal.Name} is not a signal of registrations.", nameof(signal)),
        };

    public static RegisteredPrefix? Find(Peering peering, string name) =>
        peering.RegisteredPrefixes.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static RegisteredAsn? FindAsn(Peering peering, string name) =>
        peering.RegisteredAsns.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where somebody has to look, and by which keys they are found.</summary>
    public static IEnumerable<string> LabelsOf(Peering peering)
    {
        if (!peering.RegisteredPrefixes.IsEmpty)
            foreach (string exchange in RegisteredPrefix.ActiveAt(peering))
                yield return Label(exchange);
        foreach (Guid key in peering.RegisteredPrefixes.Select(p => p.Key).Concat(peering.RegisteredAsns.Select(a => a.Key)))
            yield return KeyLabel(key);
    }

    /// <summary>The label of peerings at an exchange that have registered prefixes to look at.</summary>
    public static string Label(string exchange) => $"registers-at/{exchange.ToLowerInvariant()}";

    /// <summary>The label of the peering under which a key was given.</summary>
    public static string KeyLabel(Guid key) => $"prefix-key/{key:D}";

    private static Decision<Peering> Put(Peering current, PutRegisteredPrefix put)
    {
        RegisteredPrefix? found = Find(current, put.Of);
        if (current.RegisteredPrefixes.FirstOrDefault(p => p.Prefix == put.Prefix && p != found) is { } twice)
            return new Decision<Peering>.Refuse(
                Refusal.Conflict(
                    "PrefixAlreadyRegistered",
                    $"{put.Prefix} is registered as '{twice.Name}': a prefix has one key.",
                    "properties.prefix"
                )
            );
        if (found is null && current.RegisteredPrefixes.Length >= RegisteredPrefix.Most)
            return TooMany("prefixes", RegisteredPrefix.Most);
        if (found is null)
            return Move(
                current with
                {
                    RegisteredPrefixes = current.RegisteredPrefixes.Add(new RegisteredPrefix(put.Of, put.Prefix, put.NewKey, 1)),
                },
                $"{put.Prefix} is registered"
            );
        return found.Prefix == put.Prefix
            ? Stay("nothing changes")
            : Move(
                With(
                    current,
                    found,
                    found with
                    {
                        Prefix = put.Prefix,
                        Round = found.Round + 1,
                        Seen = ImmutableSortedDictionary<string, PrefixSeen>.Empty,
                    }
                ),
                $"{put.Prefix} is registered in place of {found.Prefix}"
            );
    }

    private static Decision<Peering> Put(Peering current, PutRegisteredAsn put)
    {
        RegisteredAsn? found = FindAsn(current, put.Of);
        if (put.Asn.IsReserved)
            return new Decision<Peering>.Refuse(
                Refusal.Invalid(
                    "InvalidAsn",
                    $"AS{put.Asn} identifies no network (RFC 7607, 6793, 7300): give the ASN that the customer is known by.",
                    "properties.asn"
                )
            );
        if (current.RegisteredAsns.FirstOrDefault(a => a.Asn == put.Asn && a != found) is { } twice)
            return new Decision<Peering>.Refuse(
                Refusal.Conflict(
                    "AsnAlreadyRegistered",
                    $"AS{put.Asn} is registered as '{twice.Name}': an ASN has one key.",
                    "properties.asn"
                )
            );
        if (found is null && current.RegisteredAsns.Length >= RegisteredAsn.Most)
            return TooMany("ASNs", RegisteredAsn.Most);
        if (found is null)
            return Move(
                current with
                {
                    RegisteredAsns = current.RegisteredAsns.Add(new RegisteredAsn(put.Of, put.Asn, put.NewKey)),
                },
                $"AS{put.Asn} is registered"
            );
        return found.Asn == put.Asn
            ? Stay("nothing changes")
            : Move(
                current with
                {
                    RegisteredAsns = current.RegisteredAsns.Replace(found, found with { Asn = put.Asn }),
                },
                $"AS{put.Asn} is registered in place of AS{found.Asn}"
            );
    }

    private static Decision<Peering> See(Peering current, RegisteredPrefixesSeen signal)
    {
        Peering next = current;
        foreach (RegisteredPrefix prefix in current.RegisteredPrefixes)
            if (
                signal.Seen.TryGetValue(prefix.Name, out PrefixSeen? seen)
                && seen.Round == prefix.Round
                && prefix.Seen.GetValueOrDefault(signal.Exchange) != seen
            )
                next = With(next, prefix, prefix with { Seen = prefix.Seen.SetItem(signal.Exchange, seen) });
        return ReferenceEquals(next, current)
            ? Stay("nothing new was seen of its registered prefixes")
            : Move(next, $"its registered prefixes were looked at in {signal.Exchange}");
    }

    private static Peering With(Peering peering, RegisteredPrefix was, RegisteredPrefix now) =>
        peering with
        {
            RegisteredPrefixes = peering.RegisteredPrefixes.Replace(was, now),
        };

    private static Decision<Peering>.Refuse TooMany(string what, int most) =>
        new(Refusal.Conflict("TooManyRegistrations", $"A peering has at most {most} registered {what}: delete those that nobody uses."));

    private static Decision<Peering>.Move Move(Peering next, string why) => new(next, why);

    private static Decision<Peering>.Stay Stay(string why) => new(why);
}
