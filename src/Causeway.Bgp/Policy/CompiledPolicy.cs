using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Policy;

/// <summary>
/// A <see cref="RoutePolicy"/> made ready for the table.
/// </summary>
/// <remarks>
/// A term has conditions on the attributes (AS path and what ASPAs say of it, communities, next hop) and conditions on the prefix (prefix set, origin validity). The first kind
/// is the same for all prefixes of one UPDATE, so it is judged once per UPDATE, into a bit mask of the terms that are still possible
/// (<see cref="Candidates"/>); per route only the second kind is looked at, for these terms (<see cref="Evaluate{TKey}"/>). Neither allocates.
/// Terms beyond the 63rd share the last bit and are judged whole, per route.
/// </remarks>
public sealed class CompiledPolicy
{
    private const int MaskedTerms = 63;
    private const ulong Overflow = 1ul << MaskedTerms;

    /// <summary>Most sets of distinct changes (local preference, MED, communities, prepending) that one policy can hold.</summary>
    public const int MaximumChanges = 255;

    /// <summary>The same towards a route server's client, where each may be prepended to in as many ways as members can ask for.</summary>
    public const int MaximumClientChanges = MaximumChanges / (RouteServerCommunities.MostPrepended + 1) - 1;

    /// <summary>In how many ways a policy changes routes, not counting that which leaves them as they are.</summary>
    internal static int ChangesOf(RoutePolicy policy) =>
        policy.Terms.Select(AttributeChanges.Of).Append(AttributeChanges.None).Distinct().Count() - 1;

    private readonly CompiledTerm[] _terms;

    /// <summary>Number 0 changes nothing.</summary>
    internal ImmutableArray<AttributeChanges> Changes { get; }

    /// <summary>True when a term asks for origin validity, so that a new VRP table can alter verdicts.</summary>
    public bool UsesValidity { get; }

    /// <summary>True when a term asks what ASPAs say of a path from a customer or a peer, or of one from a provider.</summary>
    internal bool UsesUpstreamPaths { get; }

    /// <inheritdoc cref="UsesUpstreamPaths"/>
    internal bool UsesDownstreamPaths { get; }

    /// <summary>True when a term asks what ASPAs say of a path, so that a new ASPA can alter verdicts.</summary>
    public bool UsesPaths => UsesUpstreamPaths || UsesDownstreamPaths;

    /// <summary>By number of a reason, one bit: other ASPAs can turn a refusal for it into acceptance.</summary>
    private readonly ulong _regained;

    /// <summary>True when no term accepts anything.</summary>
    public bool RefusesAll { get; } = true;

    public RoutePolicy Source { get; }

    /// <param name="policy">The policy, or null for none.</param>
    /// <returns>Null for null: no policy, no routes (RFC 8212).</returns>
    /// <exception cref="ArgumentException">A range of lengths is impossible, or there are more than <see cref="MaximumChanges"/> distinct changes. All problems at once.</exception>
    public static CompiledPolicy? Compile(RoutePolicy? policy) => policy is null ? null : new CompiledPolicy(policy);

    private CompiledPolicy(RoutePolicy policy)
    {
        Source = policy;
        var problems = new List<string>();
        var changes = new List<AttributeChanges> { AttributeChanges.None };
        var sets = new List<(EquatableArray<PrefixMatch> Source, PrefixSet Set)>();
        _terms = new CompiledTerm[policy.Terms.Length];
        bool acceptsByPath = false;
        for (int i = 0; i < _terms.Length; i++)
        {
            PolicyTerm term = policy.Terms[i];
            foreach (PrefixMatch match in term.Prefixes ?? [])
                if (match.MinLength < match.Prefix.Length || match.MinLength > match.MaxLength || match.MaxLength > match.Prefix.MaxLength)
                    problems.Add(
                        $"Term {i + 1}: {match.Prefix} ge {match.MinLength} le {match.MaxLength} matches nothing: "
                            + $"write {match.Prefix.Length} <= ge <= le <= {match.Prefix.MaxLength}."
                    );
            PolicyConditions absent = term.Not & ~CompiledTerm.StatedBy(term);
            if (absent != PolicyConditions.None)
                problems.Add($"Term {i + 1} negates {absent}, which it does not state: state the condition, or take it out of 'not'.");
            var wanted = AttributeChanges.Of(term);
            int number = changes.FindIndex(c => c.Equals(wanted));
            if (number < 0)
            {
                number = changes.Count;
                changes.Add(wanted);
            }
            _terms[i] = new CompiledTerm(term, number, term.Prefixes is { } prefixes ? SetOf(prefixes) : null);
            UsesValidity |= term.Validity is not null;
            UsesUpstreamPaths |= term.UpstreamPath is not null;
            UsesDownstreamPaths |= term.DownstreamPath is not null;
            if (!term.Accept && (acceptsByPath || _terms[i].LooksAtWay))
                _regained |= 1ul << (int)_terms[i].Verdict.Reason;
            acceptsByPath |= term.Accept && _terms[i].LooksAtWay;
            RefusesAll &= !term.Accept;
        }
        if (changes.Count > MaximumChanges)
            problems.Add($"The policy makes {changes.Count - 1} different sets of changes; at most {MaximumChanges - 1} are possible.");
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(" ", problems), nameof(policy));
        Changes = [.. changes];
        if (acceptsByPath)
            _regained |= 1ul << (int)RefuseReason.DeniedByPolicy;

        PrefixSet SetOf(EquatableArray<PrefixMatch> prefixes)
        {
            int known = sets.FindIndex(s => s.Source.IsSame(prefixes));
            if (known >= 0)
                return sets[known].Set;
            sets.Add((prefixes, new PrefixSet(prefixes)));
            return sets[^1].Set;
        }
    }

    /// <summary>Where a route comes from, by the attributes that it would be accepted with.</summary>
    /// <param name="ours">Whose the routes are whose path has nobody in it.</param>
    [MethodImpl(Jit.Hot)]
    internal Asn OriginOf(in AttributeSet set, Asn ours) =>
        set.Has(AttributeMarks.EmptyPath) ? Source.PrivateAsnsStandFor ?? ours : new Asn(set.OriginAsn);

    /// <summary>The terms whose conditions on attributes hold, as bits.</summary>
    [MethodImpl(Jit.Hot)]
    internal ulong Candidates(in AttributeSet set, ReadOnlySpan<byte> block)
    {
        ulong mask = _terms.Length > MaskedTerms ? Overflow : 0;
        int count = Math.Min(_terms.Length, MaskedTerms);
        for (int i = 0; i < count; i++)
            if (_terms[i].HoldsFor(set, block))
                mask |= 1ul << i;
        return mask;
    }

    /// <summary>True when other ASPAs can turn a refusal for a reason into acceptance.</summary>
    internal bool MayRegain(RefuseReason reason) => (_regained >> (int)reason & 1) != 0;

    /// <summary>
    /// True when the decision is the same for every prefix with these attributes; then <see cref="Evaluate{TKey}"/> need be asked only once per UPDATE.
    /// </summary>
    internal bool IsUniform(ulong candidates) =>
        candidates == 0 || (candidates != Overflow && !_terms[BitOperations.TrailingZeroCount(candidates)].LooksAtPrefix);

    /// <summary>Decides on one route.</summary>
    [MethodImpl(Jit.Hot)]
    internal PolicyVerdict Evaluate<TKey>(
        ulong candidates,
        in AttributeSet set,
        ReadOnlySpan<byte> block,
        TKey key,
        ref RouteValidity validity,
        in ValidityQuestion question
    )
        where TKey : unmanaged, IPrefixKey<TKey>
    {
        PrefixLook look = default;
        for (ulong left = candidates & ~Overflow; left != 0; left &= left - 1)
        {
            CompiledTerm term = _terms[BitOperations.TrailingZeroCount(left)];
            if (term.HoldsFor(key, ref look, ref validity, question))
                return term.Verdict;
        }
        if ((candidates & Overflow) != 0)
            for (int i = MaskedTerms; i < _terms.Length; i++)
                if (_terms[i].HoldsFor(set, block) && _terms[i].HoldsFor(key, ref look, ref validity, question))
                    return _terms[i].Verdict;
        return PolicyVerdict.Refuse(RefuseReason.DeniedByPolicy);
    }
}

/// <summary>The outcome for one route: a reason, or acceptance (<see cref="RefuseReason.None"/>) with the changes to make.</summary>
internal readonly record struct PolicyVerdict(RefuseReason Reason, byte Changes)
{
    public bool Accepted => Reason == RefuseReason.None;

    public static PolicyVerdict Refuse(RefuseReason reason) => new(reason, 0);
}

/// <summary>What is needed to answer a question for origin validity.</summary>
internal readonly record struct ValidityQuestion(OriginIndex Index, Asn Origin)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RouteValidity Ask<TKey>(TKey key)
        where TKey : unmanaged, IPrefixKey<TKey> =>
        typeof(TKey) == typeof(V4Key)
            ? Index.Validate(Unsafe.BitCast<TKey, V4Key>(key), Origin.Value)
            : Index.Ask(key.ToPrefix(), Origin.Value);
}

/// <summary>The last answer for a route: terms that hold the same set ask once.</summary>
internal struct PrefixLook
{
    private PrefixSet? _asked;
    private PrefixAnswer _answer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PrefixAnswer Ask<TKey>(PrefixSet set, TKey key, Asn origin)
        where TKey : unmanaged, IPrefixKey<TKey>
    {
        if (_asked != set)
            (_asked, _answer) = (set, set.Ask(key, origin));
        return _answer;
    }
}

/// <summary>One term with its sets made ready. Null and negative members are conditions that always hold.</summary>
internal sealed class CompiledTerm
{
    private readonly PrefixSet? _prefixes;
    private readonly PrefixAnswer _least;
    private readonly PolicyConditions _not;
    private readonly RouteValidity _validity;
    private readonly PathOutcome _upstream;
    private readonly PathOutcome _downstream;
    private readonly long _firstAsn = -1;
    private readonly AsnSet? _origins;
    private readonly AsnSet? _pathContains;
    private readonly int _pathLongerThan = -1;
    private readonly uint[]? _communities;
    private readonly IpPrefix? _nextHopIn;
    private readonly SharedSubnet? _nextHopBeyond;

    public PolicyVerdict Verdict { get; }

    public bool LooksAtPrefix => _prefixes is not null || _validity != RouteValidity.Unknown;

    /// <summary>A condition asks what ASPAs say of the path.</summary>
    public bool LooksAtWay => _upstream != PathOutcome.NotVerified || _downstream != PathOutcome.NotVerified;

    /// <summary>The conditions that a term states.</summary>
    public static PolicyConditions StatedBy(PolicyTerm term) =>
        (term.Prefixes is null ? 0 : PolicyConditions.Prefixes)
        | (term.FirstAsn is null ? 0 : PolicyConditions.FirstAsn)
        | (term.OriginAsns is null ? 0 : PolicyConditions.OriginAsns)
        | (term.PathContains is null ? 0 : PolicyConditions.PathContains)
        | (term.PathLongerThan is null ? 0 : PolicyConditions.PathLongerThan)
        | (term.Communities is null ? 0 : PolicyConditions.Communities)
        | (term.Validity is null ? 0 : PolicyConditions.Validity)
        | (term.NextHopIn is null ? 0 : PolicyConditions.NextHopIn)
        | (term.UpstreamPath is null ? 0 : PolicyConditions.UpstreamPath)
        | (term.DownstreamPath is null ? 0 : PolicyConditions.DownstreamPath);

    public CompiledTerm(PolicyTerm term, int changes, PrefixSet? prefixes)
    {
        _prefixes = prefixes;
        _least = term.AnyOrigin ? PrefixAnswer.OtherOrigin : PrefixAnswer.Match;
        _not = term.Not;
        _validity = term.Validity is { } validity ? (RouteValidity)(validity + 1) : RouteValidity.Unknown;
        _upstream = term.UpstreamPath is { } upstream ? upstream.AsOutcome() : PathOutcome.NotVerified;
        _downstream = term.DownstreamPath is { } downstream ? downstream.AsOutcome() : PathOutcome.NotVerified;
        _firstAsn = term.FirstAsn?.Value ?? -1L;
        _origins = term.OriginAsns is { } origins ? new AsnSet(origins) : null;
        _pathContains = term.PathContains is { } contained ? new AsnSet(contained) : null;
        _pathLongerThan = term.PathLongerThan ?? -1;
        _communities = term.Communities?.ToArray();
        _nextHopIn = term.NextHopIn;
        _nextHopBeyond = term.NextHopBeyond;
        // A refusing term must refuse, even where its author forgot the reason.
        Verdict = term.Accept
            ? new PolicyVerdict(RefuseReason.None, (byte)changes)
            : PolicyVerdict.Refuse(term.Reason == RefuseReason.None ? RefuseReason.DeniedByPolicy : term.Reason);
    }

    [MethodImpl(Jit.Hot)]
    public bool HoldsFor(in AttributeSet set, ReadOnlySpan<byte> block) =>
        (_firstAsn < 0 || As(PolicyConditions.FirstAsn, set.FirstAsn == _firstAsn && !set.Has(AttributeMarks.EmptyPath)))
        && (_pathLongerThan < 0 || As(PolicyConditions.PathLongerThan, set.PathLength > _pathLongerThan))
        && (_origins is null || As(PolicyConditions.OriginAsns, set.OriginAsn != 0 && _origins.Contains(set.OriginAsn)))
        && (_upstream == PathOutcome.NotVerified || As(PolicyConditions.UpstreamPath, set.UpstreamPath == _upstream))
        && (_downstream == PathOutcome.NotVerified || As(PolicyConditions.DownstreamPath, set.DownstreamPath == _downstream))
        && (_nextHopIn is not { } lan || As(PolicyConditions.NextHopIn, set.NextHopFamily != 0 && Contains(lan, set)))
        && (_nextHopBeyond is not { } link || set.NextHopFamily == 0 || !link.Reaches(set.NextHopFamily, set.NextHop))
        && (
            _pathContains is null
            || As(PolicyConditions.PathContains, _pathContains.MeetsPath(AttributeSet.Find(block, AttributeType.AsPath)))
        )
        && (_communities is null || As(PolicyConditions.Communities, AttributeSet.HasCommunity(block, _communities)));

    /// <summary>True when a condition is as the term wants it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool As(PolicyConditions condition, bool holds) => holds == ((_not & condition) == 0);

    private static bool Contains(in IpPrefix lan, in AttributeSet set) =>
        lan.Contains(IpPrefix.FromBits(set.NextHopFamily, set.NextHop, set.NextHopFamily == IpFamily.V4 ? 32 : 128));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HoldsFor<TKey>(TKey key, ref PrefixLook look, ref RouteValidity validity, in ValidityQuestion question)
        where TKey : unmanaged, IPrefixKey<TKey>
    {
        if (_prefixes is not null && !As(PolicyConditions.Prefixes, look.Ask(_prefixes, key, question.Origin) >= _least))
            return false;
        if (_validity == RouteValidity.Unknown)
            return true;
        if (validity == RouteValidity.Unknown)
            validity = question.Ask(key);
        return As(PolicyConditions.Validity, validity == _validity);
    }
}
