using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Domain.Circuits;

/// <summary>
/// Where a declared prefix stands. Theory of operation: what the registries (or a signature, or a block that covers it) prove, and what an operator accepted in a
/// ticket, are two grounds, and a prefix is proven while it has one of them, unless a ROA forbids it, which outweighs both. What the registries gave ends when they say that it is so no more: at once when they
/// contradict it (a ROA forbids it) or when the block that covered it is not proven any more, after the grace period when they merely do not say it any longer,
/// and never because they say nothing. A signature ends with its certificate, or as what the registries gave, whichever is first. A ticket ends on its date, to the second. Nothing here reads a registry or a clock: facts come in as signals, and
/// <see cref="Decide"/> is the whole of it.
/// </summary>
/// <param name="Since">Since when it stands so.</param>
// The names stand in stored documents: they stay when a type is renamed.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Pending), "Pending")]
[JsonDerivedType(typeof(Proven), "Proven")]
[JsonDerivedType(typeof(Unproven), "Unproven")]
[JsonDerivedType(typeof(Expired), "Expired")]
public abstract record PrefixStanding(DateTimeOffset Since)
{
    /// <summary>The registries have not been read yet.</summary>
    public sealed record Pending(DateTimeOffset Since) : PrefixStanding(Since);

    /// <summary>Proven by at least one ground.</summary>
    /// <param name="Registry">What registries, a signature or a covering block prove; null when they do not.</param>
    /// <param name="Ticket">What an operator accepted; null when nobody did.</param>
    public sealed record Proven(DateTimeOffset Since, RegistryProof? Registry, TicketProof? Ticket) : PrefixStanding(Since)
    {
        /// <summary>When it ends if nothing happens before; null when nothing ends it by itself.</summary>
        [JsonIgnore]
        public DateTimeOffset? Until =>
            (Registry, Ticket) switch
            {
                ({ Until: null }, _) => null,
                ({ Until: { } a }, { Expires: var b }) => a > b ? a : b,
                ({ Until: { } a }, null) => a,
                (null, { Expires: var b }) => b,
                _ => null,
            };

        /// <summary>Why it ends then, for people.</summary>
        [JsonIgnore]
        public string EndsBecause =>
            Ticket is { } ticket && (Registry is null || ticket.Expires >= Registry.Until)
                ? $"ticket {ticket.Ticket.Name} accepted it until {ticket.Expires:u}"
                : Registry?.EndsBecause ?? "";
    }

    /// <summary>Nothing proves it.</summary>
    /// <param name="Text">Why, for people, and what would make it proven.</param>
    public sealed record Unproven(DateTimeOffset Since, ProofReason Reason, string Text) : PrefixStanding(Since)
    {
        /// <summary>Objects that say something else, as far as they help to see why.</summary>
        public ImmutableArray<ProofEvidence> Evidence { get; init; } = [];

        /// <summary>The ticket in which an operator would not accept it; null when there is none.</summary>
        public TicketRejection? Rejected { get; init; }

        /// <summary>What an operator accepted although it is forbidden; it counts when it is not any more.</summary>
        public TicketProof? Outweighed { get; init; }

        /// <summary>What is wrong with what was signed for it; null when nothing was, or a ROA forbids it anyway.</summary>
        public SignatureState? Signature { get; init; }

        /// <summary>When the certificate of what was signed for it begins to be valid, so that it is looked at again; null while none is waited for.</summary>
        public DateTimeOffset? SignedFrom { get; init; }

        /// <summary>A ROA forbids it, or it is no prefix of the Internet: no letter helps.</summary>
        [JsonIgnore]
        public bool IsForbidden => ProofFact.NotFound.Forbids(Reason);

        public bool Equals(Unproven? other) =>
            other is not null
            && (Since, Reason, Text, Rejected, Outweighed, Signature, SignedFrom)
                == (other.Since, other.Reason, other.Text, other.Rejected, other.Outweighed, other.Signature, other.SignedFrom)
            && ProofEvidence.Same(Evidence, other.Evidence);

        public override int GetHashCode() => HashCode.Combine(Since, Reason);
    }

    /// <summary>It was proven, and what proved it has ended.</summary>
    /// <param name="Text">What ended it.</param>
    public sealed record Expired(DateTimeOffset Since, string Text) : PrefixStanding(Since)
    {
        /// <inheritdoc cref="Unproven.Rejected"/>
        public TicketRejection? Rejected { get; init; }

        /// <inheritdoc cref="Unproven.Signature"/>
        public SignatureState? Signature { get; init; }

        /// <inheritdoc cref="Unproven.SignedFrom"/>
        public DateTimeOffset? SignedFrom { get; init; }
    }

    /// <summary>Where it stands after something became known. The same instance, or an equal one, when that changes nothing.</summary>
    public static PrefixStanding Decide(PrefixStanding now, ProofFact fact) =>
        (now, fact) switch
        {
            // The registries have something to say for it, or nothing yet.
            (_, ProofFact.NotLoaded) => now,
            (Proven p, ProofFact.Found f) => p with { Registry = Kept(p.Registry, f.Proof) },
            (Unproven { Outweighed: { } t }, ProofFact.Found f) => new Proven(f.At, f.Proof, t.Expires > f.At ? t : null),
            (_, ProofFact.Found f) => new Proven(f.At, f.Proof, null),

            // They forbid it: that outweighs a letter, which counts again when they do not any more.
            (Proven p, ProofFact.NotFound { IsContradiction: true, IsSilence: false } f) => Forbidden(f, p.Ticket),
            (Expired, ProofFact.NotFound { IsContradiction: true } f) => Forbidden(f, null),

            // They do not say it.
            (Proven { Registry: null }, ProofFact.NotFound) => now,
            (Proven, ProofFact.NotFound { IsSilence: true }) => now,
            (Proven { Registry: { } r } p, ProofFact.NotFound f) when r.EndsAtOnce(f) => Without(p, f.At, f.Text),
            // Grace begins once, and outlasts no certificate.
            (Proven { Registry.Until: { } until }, ProofFact.NotFound f) when until <= f.At + f.Grace => now,
            (Proven { Registry: { } r } p, ProofFact.NotFound f) => p with
            {
                Registry = r with { Until = f.At + f.Grace, EndsBecause = Gone(r, f) },
            },
            (Unproven, ProofFact.NotFound { IsSilence: true }) => now,
            (Unproven { Outweighed: { } t }, ProofFact.NotFound { IsContradiction: false } f) when t.Expires > f.At => new Proven(
                f.At,
                null,
                t
            ),
            (Unproven u, ProofFact.NotFound f) => u with
            {
                Reason = f.Reason,
                Text = f.Text,
                Evidence = f.Evidence,
                Signature = f.Signature,
                SignedFrom = f.SignedFrom,
            },
            (Expired e, ProofFact.NotFound f) => e with { Signature = f.Signature, SignedFrom = f.SignedFrom },
            (Pending, ProofFact.NotFound f) => new Unproven(f.At, f.Reason, f.Text)
            {
                Evidence = f.Evidence,
                Signature = f.Signature,
                SignedFrom = f.SignedFrom,
            },

            // An operator says it, or says that it is not so.
            (_, ProofFact.Accepted f) when f.Proof.Expires <= f.At => now,
            // It is proven while any acceptance holds: another ticket's shorter one takes nothing away.
            (Proven { Ticket: { } t }, ProofFact.Accepted f) when t.Ticket != f.Proof.Ticket && t.Expires >= f.Proof.Expires => now,
            (Proven p, ProofFact.Accepted f) => p with { Ticket = f.Proof },
            (Unproven { IsForbidden: true } u, ProofFact.Accepted f) => u with { Outweighed = f.Proof },
            (_, ProofFact.Accepted f) => new Proven(f.At, null, f.Proof),
            (Proven { Ticket: { } t } p, ProofFact.Rejected f) when t.Ticket == f.Why.Ticket => p.Registry is null
                ? new Expired(f.At, $"Ticket {f.Why.Ticket.Name}, which had proven it, was rejected: {f.Why.Reason}") { Rejected = f.Why }
                : p with
                {
                    Ticket = null,
                },
            (Unproven u, ProofFact.Rejected f) => u with
            {
                Rejected = f.Why,
                Outweighed = u.Outweighed?.Ticket == f.Why.Ticket ? null : u.Outweighed,
            },
            (Expired e, ProofFact.Rejected f) => e with { Rejected = f.Why },
            (_, ProofFact.Rejected) => now,

            // Time ends it.
            (Proven p, ProofFact.Instant f) => After(p, f.At),
            // A certificate's time has begun: that it is not waited for any more is a change, which has it weighed anew.
            (Unproven u, ProofFact.Instant f) when u.SignedFrom <= f.At => u with { SignedFrom = null },
            (Expired e, ProofFact.Instant f) when e.SignedFrom <= f.At => e with { SignedFrom = null },
            (_, ProofFact.Instant) => now,

            _ => throw new ArgumentException($"{fact} is no fact about prefixes.", nameof(fact)),
        };

    private static Unproven Forbidden(ProofFact.NotFound fact, TicketProof? outweighed) =>
        new(fact.At, fact.Reason, fact.Text) { Evidence = fact.Evidence, Outweighed = outweighed };

    /// <summary>The same proof read anew is the one that stands.</summary>
    private static RegistryProof Kept(RegistryProof? stands, RegistryProof found) =>
        stands is not null && (stands with { Since = found.Since }).Equals(found) ? stands : found;

    /// <summary>What proved it says so no more, and what is lacking now.</summary>
    private static string Gone(RegistryProof proved, ProofFact.NotFound now) =>
        proved.Evidence is [{ Says: var said }, ..] ? $"{said} no more. {now.Text}" : now.Text;

    internal static PrefixStanding Without(Proven proven, DateTimeOffset at, string why) =>
        proven.Ticket is { } ticket && ticket.Expires > at ? proven with { Registry = null } : new Expired(at, why);

    internal static PrefixStanding After(Proven proven, DateTimeOffset at)
    {
        RegistryProof? registry = proven.Registry is { } r && (r.Until is null || r.Until > at) ? r : null;
        TicketProof? ticket = proven.Ticket is { } t && t.Expires > at ? t : null;
        return registry is null && ticket is null ? new Expired(at, proven.EndsBecause)
            : registry == proven.Registry && ticket == proven.Ticket ? proven
            : proven with { Registry = registry, Ticket = ticket };
    }
}

/// <summary>Something that became known about one prefix.</summary>
/// <param name="At">When.</param>
public abstract record ProofFact(DateTimeOffset At)
{
    /// <summary>The registries cannot say anything yet.</summary>
    public sealed record NotLoaded(DateTimeOffset At) : ProofFact(At);

    /// <summary>It is proven.</summary>
    public sealed record Found(DateTimeOffset At, RegistryProof Proof) : ProofFact(At);

    /// <summary>It is not proven by registries, signatures or blocks.</summary>
    /// <param name="Grace">How long what proved it until now goes on.</param>
    public sealed record NotFound(DateTimeOffset At, ProofReason Reason, string Text, TimeSpan Grace) : ProofFact(At)
    {
        public ImmutableArray<ProofEvidence> Evidence { get; init; } = [];

        /// <summary>What is wrong with what was signed for it; null when nothing was.</summary>
        public SignatureState? Signature { get; init; }

        /// <summary>When the certificate of what was signed begins to be valid; null when none is waited for.</summary>
        public DateTimeOffset? SignedFrom { get; init; }

        /// <summary>What proved it until now says nothing at present: no reason to think that it is so no more.</summary>
        public bool IsSilence { get; init; }

        /// <summary>Routers take it from nobody, whatever an operator accepted, and act on that at once.</summary>
        public bool IsContradiction => Forbids(Reason);

        /// <summary>Whether that is so for a reason: a ROA forbids it, or it is no prefix of the Internet.</summary>
        public static bool Forbids(ProofReason reason) =>
            reason is ProofReason.RoaWrongOrigin or ProofReason.RoaTooLong or ProofReason.NotPublic;
    }

    public sealed record Accepted(DateTimeOffset At, TicketProof Proof) : ProofFact(At);

    public sealed record Rejected(DateTimeOffset At, TicketRejection Why) : ProofFact(At);

    /// <summary>An instant that it waited for has come.</summary>
    public sealed record Instant(DateTimeOffset At) : ProofFact(At);
}

/// <summary>What a proof rests on.</summary>
public enum EvidenceKind
{
    Irr,
    Rpki,
    Ticket,
    Signature,

    /// <summary>A block around it that is proven for the same ASN in the same subscription.</summary>
    Cover,
}

/// <summary>What registries, a signature or a covering block prove.</summary>
/// <param name="Since">When it was found first.</param>
/// <param name="Permits">What a router may accept because of it.</param>
public sealed record RegistryProof(DateTimeOffset Since, EvidenceKind Kind, ProofReason Reason, ImmutableArray<PrefixPermit> Permits)
{
    /// <summary>The objects that it rests on, the strongest first; few.</summary>
    public ImmutableArray<ProofEvidence> Evidence { get; init; } = [];

    /// <summary>When it ends: the end of its grace, of its certificate, or of what covers it. Null while nothing ends it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why it ends then; null while nothing ends it.</summary>
    public string? EndsBecause { get; init; }

    /// <summary>Whether it may be lent to what lies inside the prefix: a block that is covered itself lends nothing, so that no two hold each other up.</summary>
    [JsonIgnore]
    public bool IsFirm => Kind != EvidenceKind.Cover;

    internal bool EndsAtOnce(ProofFact.NotFound fact) => !IsFirm || fact.Grace <= TimeSpan.Zero;

    public bool Equals(RegistryProof? other) =>
        other is not null
        && (Since, Kind, Reason, Until, EndsBecause) == (other.Since, other.Kind, other.Reason, other.Until, other.EndsBecause)
        && Permits.SequenceEqual(other.Permits)
        && ProofEvidence.Same(Evidence, other.Evidence);

    public override int GetHashCode() => HashCode.Combine(Since, Kind, Reason, Until);
}

/// <summary>One object that a proof rests on, kept small: what it is, where it was read, and what it says.</summary>
/// <param name="Source">Name of the source: an IRR source, a trust anchor, a ticket's id, a circuit's id.</param>
/// <param name="Object">Its key there: <c>192.0.2.0/24AS64500</c>.</param>
/// <param name="Says">In words.</param>
/// <param name="At">How old the statement is; null when the source does not say.</param>
public sealed record ProofEvidence(EvidenceKind Kind, string Source, string Object, string Says, DateTimeOffset? At)
{
    /// <summary>The same objects saying the same; their age does not count.</summary>
    internal static bool Same(ImmutableArray<ProofEvidence> a, ImmutableArray<ProofEvidence> b) =>
        a.Select(e => e with { At = null }).SequenceEqual(b.Select(e => e with { At = null }));
}

/// <summary>An operator's acceptance of evidence that no registry has.</summary>
/// <param name="Expires">When it ends, to the second.</param>
/// <param name="Reason">What the operator wrote.</param>
public sealed record TicketProof(ResourceId Ticket, DateTimeOffset At, DateTimeOffset Expires, string Reason);

/// <summary>An operator would not accept it.</summary>
public sealed record TicketRejection(ResourceId Ticket, DateTimeOffset At, string Reason);
