using System.Net;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>Random announcements, withdrawals, peers that come and go, policies, VRPs and ASPAs that change: after each step the tables say what the model says.</summary>
public sealed class RibAgainstModelTests
{
    private const uint LocalAsn = 64500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_tables_say_what_the_naive_model_says(int seed) => new Run(seed).Go(steps: 600);

    private sealed class Run
    {
        private readonly Random _random;
        private readonly Rib _rib = new(refusedKept: int.MaxValue);
        private readonly RibModel _model = new(LocalAsn);
        private readonly Dictionary<RibModel.Peer, RibPeer> _peers = [];
        private readonly List<IpPrefix> _universe = [];
        private readonly List<(AdjRibOut Out, RibModel.Peer To, OutReceiver Receiver, RoutePolicy Export)> _outs = [];
        private readonly Dictionary<uint, Asn[]?> _aspas = [];
        private int _names;

        public Run(int seed)
        {
            _random = new Random(seed);
            for (int i = 0; i < 24; i++)
                _universe.Add(IpPrefix.V4(0x0A000000u | (uint)_random.Next(64) << 18, _random.Next(8, 25)));
            for (int i = 0; i < 12; i++)
                _universe.Add(IpPrefix.V6((UInt128)0x20010DB8 << 96 | (UInt128)_random.Next(16) << 92, _random.Next(24, 65)));
            _universe.Add(IpPrefix.V4(0, 0));
            _universe.Add(IpPrefix.V6(0, 0));
        }

        public void Go(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                Step();
                if (step % 5 == 0)
                    Compare(step);
            }
            while (_peers.Count > 0)
                PeerDown(_model.Peers[0]);
            foreach (var (adjacency, _, _, _) in _outs)
                _rib.RemoveOut(adjacency);
            _rib.SetNetworks([]);
            Assert.Equal(0, _rib.RouteCount(IpFamily.V4) + _rib.RouteCount(IpFamily.V6));
            Assert.Equal(0, _rib.AttributeSets);
        }

        private void Step()
        {
            int choice = _random.Next(100);
            if (_model.Peers.Count == 0 || (choice < 4 && _model.Peers.Count < 5))
                PeerUp();
            else if (choice < 6)
                PeerDown(Any(_model.Peers));
            else if (choice < 60)
                Announce(Any(_model.Peers));
            else if (choice < 84)
                Withdraw(Any(_model.Peers));
            else if (choice < 88)
                ChangePolicy(Any(_model.Peers));
            else if (choice < 90)
                ChangeVrps();
            else if (choice < 92)
                ChangeAspas();
            else if (choice < 93)
                ChangeNetworks();
            else if (choice < 94)
                Refresh(Any(_model.Peers));
            else
                foreach (var (adjacency, _, receiver, _) in _outs)
                    if (_random.Next(2) == 0)
                        receiver.Take(adjacency, once: true);
        }

        private T Any<T>(List<T> list) => list[_random.Next(list.Count)];

        private void PeerUp()
        {
            uint id = (uint)++_names;
            // Some peers are internal; router ids are distinct, so that a tie never depends on addresses.
            uint asn = _random.Next(5) == 0 ? LocalAsn : id % 4 + 1;
            var peer = new RibModel.Peer($"p{id}", asn, id * 7919 % 10007) { Import = RandomImport() };
            PeerFacts facts = TestRoute.Peer(peer.Name, asn, $"198.51.{id % 250}.{_names % 250}", peer.RouterId) with
            {
                AddPathV4 = _random.Next(3) == 0,
            };
            RibPeer real = _rib.Add(facts, CompiledPolicy.Compile(peer.Import));
            _model.Peers.Add(peer);
            _peers.Add(peer, real);
            RoutePolicy export = PolicyModel.Random(_random, _universe);
            _outs.Add((_rib.AddOut(real, CompiledPolicy.Compile(export), () => { }), peer, new OutReceiver(), export));
        }

        private RoutePolicy? RandomImport() => _random.Next(10) == 0 ? null : PolicyModel.Random(_random, _universe);

        private void PeerDown(RibModel.Peer peer)
        {
            int index = _outs.FindIndex(o => o.To == peer);
            _rib.RemoveOut(_outs[index].Out);
            _outs.RemoveAt(index);
            _rib.Remove(_peers[peer]);
            _peers.Remove(peer);
            _model.Peers.Remove(peer);
        }

        private List<IpPrefix> SomePrefixes()
        {
            bool v4 = _random.Next(3) > 0;
            List<IpPrefix> family = [.. _universe.Where(p => p.IsV4 == v4)];
            return [.. Enumerable.Range(0, _random.Next(1, 50)).Select(_ => Any(family))];
        }

        private uint? PathIdFor(RibPeer peer, IpPrefix prefix) => prefix.IsV4 && peer.Facts.AddPathV4 ? (uint)_random.Next(1, 3) : null;

        private TestRoute RandomRoute() =>
            new()
            {
                Path =
                [
                    .. Enumerable.Range(0, _random.Next(0, 4)).Select(_ => _random.Next(40) == 0 ? LocalAsn : (uint)_random.Next(1, 9)),
                ],
                Origin = (byte)_random.Next(3),
                NextHop = new IPAddress([192, 0, 2, (byte)_random.Next(0, 4)]),
                Med = _random.Next(2) == 0 ? (uint)_random.Next(3) : null,
                LocalPreference = _random.Next(4) == 0 ? (uint)_random.Next(99, 102) : null,
                Communities =
                [
                    .. Enumerable
                        .Range(1, 3)
                        .Where(_ => _random.Next(3) == 0)
                        .Select(c => c == 3 && _random.Next(3) == 0 ? 0xFFFF0000u : (uint)c),
                ],
            };

        private void Announce(RibModel.Peer peer)
        {
            List<IpPrefix> prefixes = SomePrefixes();
            TestRoute route = RandomRoute();
            uint? pathId = PathIdFor(_peers[peer], prefixes[0]);
            IngestResult result = _rib.Ingest(_peers[peer], route.Announce(prefixes, pathId));
            Assert.Equal(default, result);
            foreach (IpPrefix prefix in prefixes)
            {
                // LOCAL_PREF of an external peer is discarded (RFC 7606 §7.5).
                peer.Routes[(prefix, pathId ?? 0)] = peer.Asn == LocalAsn ? route : route with { LocalPreference = null };
                peer.Stale.Remove((prefix, pathId ?? 0));
            }
        }

        private void Withdraw(RibModel.Peer peer)
        {
            List<IpPrefix> prefixes = SomePrefixes();
            uint? pathId = PathIdFor(_peers[peer], prefixes[0]);
            Assert.Equal(default, _rib.Ingest(_peers[peer], TestRoute.Withdraw(prefixes, pathId)));
            foreach (IpPrefix prefix in prefixes)
                peer.Routes.Remove((prefix, pathId ?? 0));
        }

        private void ChangePolicy(RibModel.Peer peer)
        {
            if (_random.Next(2) == 0)
            {
                peer.Import = RandomImport();
                Assert.Equal(0, _rib.SetImport(_peers[peer], CompiledPolicy.Compile(peer.Import)));
                return;
            }
            int index = _outs.FindIndex(o => o.To == peer);
            RoutePolicy export = PolicyModel.Random(_random, _universe);
            _outs[index].Out.SetExport(CompiledPolicy.Compile(export));
            _outs[index] = _outs[index] with { Export = export };
        }

        private void ChangeVrps()
        {
            // All anew, or as a cache tells it: a few come, a few go, and most stay.
            IEnumerable<Vrp> kept = _random.Next(3) == 0 ? [] : _model.Vrps.All.Where(_ => _random.Next(6) > 0);
            _model.Vrps = VrpTable.Build(
                Enumerable
                    .Range(0, _random.Next(_model.Vrps.Count > 0 ? 4 : 20))
                    .Select(_ => Any(_universe))
                    .Select(p => new Vrp(p, (byte)_random.Next(p.Length, p.MaxLength + 1), new Asn((uint)_random.Next(1, 9))))
                    .Concat(kept)
            );
            Assert.Equal(0, _rib.SetVrps(_model.Vrps));
        }

        private void ChangeAspas()
        {
            // Each is left, goes, or names others; the networks are those of the paths.
            for (uint customer = 1; customer < 9; customer++)
                if (_random.Next(3) == 0)
                    _aspas[customer] =
                        _random.Next(3) == 0 ? null : [.. Enumerable.Range(0, _random.Next(4)).Select(_ => new Asn((uint)_random.Next(9)))];
            _model.Aspas = AspaTable.Build(_aspas.Where(a => a.Value is not null).Select(a => new Aspa(new Asn(a.Key), [.. a.Value!])));
            Assert.Equal(0, _rib.SetAspas(_model.Aspas));
        }

        private void ChangeNetworks()
        {
            _model.Networks.Clear();
            _model.Networks.UnionWith(Enumerable.Range(0, _random.Next(4)).Select(_ => Any(_universe)));
            _rib.SetNetworks([.. _model.Networks]);
        }

        /// <summary>A restart: everything is stale, some of it is announced again, the rest is swept.</summary>
        private void Refresh(RibModel.Peer peer)
        {
            foreach (IpFamily family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
                _rib.MarkStale(_peers[peer], family);
            peer.Stale.UnionWith(peer.Routes.Keys);
            Assert.Equal(peer.Stale.Count, _peers[peer].V4.Stale + _peers[peer].V6.Stale);
            Announce(peer);
            Assert.Equal(peer.Stale.Count, _peers[peer].V4.Stale + _peers[peer].V6.Stale);
            foreach (IpFamily family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
                _rib.SweepStale(_peers[peer], family);
            foreach ((IpPrefix, uint) key in peer.Stale)
                peer.Routes.Remove(key);
            peer.Stale.Clear();
        }

        private void Compare(int step)
        {
            string at = $"step {step}";
            foreach (RibModel.Peer peer in _model.Peers)
                CompareCounters(peer, at);
            var best = _model
                .Prefixes.Select(p => (Prefix: p, Best: _model.Best(p)))
                .Where(p => p.Best is not null)
                .ToDictionary(p => p.Prefix, p => p.Best!.Value);
            Dictionary<IpPrefix, RouteView> seen = _rib.Routes(new RouteQuery { BestOnly = true, Limit = 10_000 })
                .Routes.ToDictionary(r => r.Prefix);
            Assert.Equal(best.Keys.Order(), seen.Keys.Order());
            foreach ((IpPrefix prefix, var (peer, pathId, route)) in best)
            {
                RouteView view = seen[prefix];
                Assert.Equal((at, prefix, peer?.Name ?? "local", pathId), (at, prefix, view.Peer, view.PathId));
                Assert.Equal(string.Join(' ', route.Path), view.Attributes!.AsPath);
                Assert.Equal(route.Communities.Order(), view.Attributes.Communities.Order());
                Assert.Equal(route.Med, view.Attributes.Med);
            }
            Assert.Equal(best.Keys.Count(p => p.IsV4), _rib.Reachable(IpFamily.V4));
            Assert.Equal(best.Keys.Count(p => !p.IsV4), _rib.Reachable(IpFamily.V6));
            IPAddress address = Any(_universe).AddressAt((uint)_random.Next(1 << 20));
            IpPrefix? longest = best
                .Keys.Where(p => p.Contains(address))
                .OrderByDescending(p => p.Length)
                .Select(p => (IpPrefix?)p)
                .FirstOrDefault();
            Assert.Equal(longest, _rib.LongestMatch(address)?.Prefix);
            foreach (var (adjacency, to, receiver, export) in _outs)
            {
                receiver.Take(adjacency);
                CompareOut(to, receiver, export, best, at);
            }
        }

        private void CompareCounters(RibModel.Peer peer, string at)
        {
            foreach (IpFamily family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
            {
                PrefixCounters real = _peers[peer].Counters(family);
                var reasons = peer
                    .Routes.Where(r => r.Key.Prefix.Family == family)
                    .GroupBy(r => _model.Judge(peer, r.Key.Prefix, r.Value).Reason)
                    .ToDictionary(g => g.Key, g => g.Count());
                Assert.Equal((at, peer.Name, reasons.Values.Sum()), (at, peer.Name, real.Received));
                Assert.Equal(reasons.GetValueOrDefault(RefuseReason.None), real.Accepted);
                Assert.Equal(
                    reasons.Where(r => r.Key != RefuseReason.None).OrderBy(r => r.Key),
                    real.RefusedByReason().OrderBy(r => r.Key)
                );
            }
        }

        private void CompareOut(
            RibModel.Peer to,
            OutReceiver receiver,
            RoutePolicy export,
            Dictionary<IpPrefix, (RibModel.Peer? Peer, uint PathId, TestRoute Route)> best,
            string at
        )
        {
            var expected = new Dictionary<IpPrefix, string>();
            foreach ((IpPrefix prefix, var (peer, _, route)) in best)
            {
                bool internalBoth = peer is not null && peer.Asn == LocalAsn && to.Asn == LocalAsn;
                if (peer == to || internalBoth)
                    continue;
                // The next hop of an own route is filled in on the way out; policy sees none.
                (RefuseReason reason, PolicyTerm? term) = PolicyModel.Evaluate(
                    export,
                    peer is null ? route with { NextHop = IPAddress.None } : route,
                    prefix,
                    _model.Vrps,
                    _model.Aspas,
                    LocalAsn
                );
                if (reason != RefuseReason.None)
                    continue;
                bool external = to.Asn != LocalAsn;
                IEnumerable<uint> path = Enumerable.Repeat(LocalAsn, term!.Prepend + (external ? 1 : 0)).Concat(route.Path);
                IEnumerable<uint> communities = route.Communities.Union(term.AddCommunities).Order();
                uint? med = term.SetMed ?? (external ? null : route.Med);
                expected[prefix] = $"{string.Join(' ', path)} | {string.Join(' ', communities)} | {med}";
            }
            Assert.Equal(
                expected.OrderBy(e => e.Key).Select(e => $"{at} {to.Name} {e.Key} {e.Value}"),
                receiver.Routes.OrderBy(e => e.Key).Select(e => $"{at} {to.Name} {e.Key} {e.Value}")
            );
        }
    }
}
