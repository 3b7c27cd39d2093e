using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Registries.Rpki.Rtr;

/// <summary>What a cache says of customers and their providers. Immutable.</summary>
public sealed class RtrAspas
{
    public static readonly RtrAspas Empty = new(ImmutableDictionary<(uint, byte?), EquatableArray<Asn>>.Empty, 0);

    private readonly ImmutableDictionary<(uint Customer, byte? Afi), EquatableArray<Asn>> _providers;
    private readonly long _named;

    private RtrAspas(ImmutableDictionary<(uint, byte?), EquatableArray<Asn>> providers, long named)
    {
        _providers = providers;
        _named = named;
        All =
        [
            .. providers
                .GroupBy(p => p.Key.Item1)
                .OrderBy(g => g.Key)
                .Select(g => new Aspa(new Asn(g.Key), [.. g.SelectMany(p => p.Value).Distinct().Order()])),
        ];
    }

    /// <summary>
    /// One a customer, in order. Where a cache tells the address families apart, a provider of either counts.
    ///</summary>
    public IReadOnlyList<Aspa> All { get; }

    /// <summary>Takes ASPAs one by one, and makes a table of them.</summary>
    internal sealed class Builder(RtrAspas before)
    {
        private readonly ImmutableDictionary<(uint, byte?), EquatableArray<Asn>>.Builder _providers = before._providers.ToBuilder();
        private long _named = before._named;
        private bool _changed;

        public RtrError? Take(RtrPdu.Aspa pdu)
        {
            (uint, byte?) key = (pdu.Customer.Value, pdu.Afi);
            if (pdu.Announce && pdu.Providers.IsEmpty)
                return RtrError.AspaProviderList;
            bool had = _providers.TryGetValue(key, out EquatableArray<Asn> former);
            if (!had && !pdu.Announce)
                return RtrError.WithdrawalOfUnknown;
            // What goes has been replaced in the same answer already, as StayRTR says it: first what came, then what
            // went.
            if (!pdu.Announce && !pdu.Providers.IsEmpty && pdu.Providers != former)
                return null;
            _named += (pdu.Announce ? pdu.Providers.Length : 0) - former.Length;
            if (_named > Limits.MaxAspaProviders)
                return RtrError.InternalError;
            _changed = true;
            if (pdu.Announce)
                _providers[key] = pdu.Providers;
            else
                _providers.Remove(key);
            return null;
        }

        public RtrAspas Build() => _changed ? new RtrAspas(_providers.ToImmutable(), _named) : before;
    }
}
