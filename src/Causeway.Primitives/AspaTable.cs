using System.Collections.Frozen;
using System.Runtime.CompilerServices;

namespace Causeway.Primitives;

/// <summary>An immutable set of ASPAs that answers who is whose provider, without allocating. Safe for concurrent use; replaced whole.</summary>
public sealed class AspaTable
{
    public static readonly AspaTable Empty = Build([]);

    /// <summary>By customer: its providers in ascending order, without AS 0, which provides for nobody.</summary>
    private readonly Dictionary<uint, uint[]> _providers;

    // Weakly, by the table before: a chain of all that ever were would otherwise hang on the last.
    private readonly ConditionalWeakTable<AspaTable, FrozenSet<Asn>> _changes = [];

    private AspaTable(Dictionary<uint, uint[]> providers) => _providers = providers;

    /// <summary>Customers that have an ASPA.</summary>
    public int Count => _providers.Count;

    /// <summary>Builds a table; what several say of one customer counts together.</summary>
    public static AspaTable Build(IEnumerable<Aspa> aspas) =>
        new(
            aspas
                .GroupBy(a => a.Customer.Value)
                .ToDictionary(
                    g => g.Key,
                    g => g.SelectMany(a => a.Providers).Select(p => p.Value).Where(p => p != 0).Distinct().Order().ToArray()
                )
        );

    /// <summary>What a customer's ASPA says of another network (draft-ietf-sidrops-aspa-verification §5).</summary>
    public ProviderAuthorization Ask(Asn customer, Asn provider) =>
        !_providers.TryGetValue(customer.Value, out uint[]? providers) ? ProviderAuthorization.NoAttestation
        : providers.AsSpan().BinarySearch(provider.Value) >= 0 ? ProviderAuthorization.Provider
        : ProviderAuthorization.NotProvider;

    /// <summary>
    /// Customers whose ASPA came, went or names others than in another table, found once for all who go from that one to this: a path that holds none of them is
    /// of the same validity in both.
    /// </summary>
    public FrozenSet<Asn> ChangedSince(AspaTable before) =>
        _changes.GetValue(
            before,
            was =>
                ReferenceEquals(was, this)
                    ? []
                    : _providers
                        .Where(p => !was._providers.TryGetValue(p.Key, out uint[]? then) || !then.AsSpan().SequenceEqual(p.Value))
                        .Select(p => p.Key)
                        .Concat(was._providers.Keys.Where(c => !_providers.ContainsKey(c)))
                        .Select(c => new Asn(c))
                        .ToFrozenSet()
        );
}

/// <summary>The outcome of a question to an <see cref="AspaTable"/> for one hop of a path.</summary>
public enum ProviderAuthorization
{
    /// <summary>The customer has no ASPA.</summary>
    NoAttestation,

    /// <summary>The customer's ASPA names the network.</summary>
    Provider,

    /// <summary>The customer has an ASPA, and it does not name the network.</summary>
    NotProvider,
}
