using System.Text;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Proof;
using Causeway.Registries.Rpki;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Proof;

public sealed class PrefixProverTests : IDisposable
{
    private static readonly DateTimeOffset Then = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-proof-");
    private readonly IrrStore _store;

    public PrefixProverTests() => _store = IrrStore.Open(_folder.FullName, new ManualTimeProvider());

    public void Dispose()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<IrrDatabase> Irr(params (string Prefix, uint Origin, string Source)[] routes)
    {
        string rpsl = string.Concat(
            routes.Select(r =>
                $"{(r.Prefix.Contains(':') ? "route6" : "route")}: {r.Prefix}\norigin: AS{r.Origin}\nmnt-by: MNT-X\nsource: {r.Source}\n\n"
            )
        );
        if (routes.Length > 0)
            await _store.LoadAsync([IrrDump.Bytes("test", Encoding.ASCII.GetBytes(rpsl))], null, CancellationToken.None);
        return _store.Current;
    }

    private static RpkiView Rpki(params (string Prefix, byte MaxLength, uint Asn)[] roas) =>
        RpkiView.Build(
            [
                new RpkiSource(
                    "cache",
                    "rtr",
                    VrpTable.Build(roas.Select(r => new Vrp(IpPrefix.Parse(r.Prefix), r.MaxLength, new Asn(r.Asn)))),
                    Then
                )
                {
                    Serial = 42,
                    Aspas = [new Aspa(new Asn(64496), [new Asn(64511)])],
                },
            ],
            Slurm.None,
            stale: false
        );

    private static PrefixProof Prove(
        IrrDatabase irr,
        RpkiView rpki,
        string prefix,
        uint asn,
        string registry = "NONE",
        params string[] blocks
    )
    {
        Assert.True(RoutingRegistry.TryParse(registry, out RoutingRegistry named));
        return PrefixProver.Prove(IpPrefix.Parse(prefix), new Asn(asn), named, blocks.Select(b => IpPrefix.Parse(b)), irr, rpki, Then);
    }

    [Fact]
    public async Task A_roa_proves_without_a_route_object_whichever_registry_was_named()
    {
        PrefixProof proof = Prove(await Irr(), Rpki(("192.0.2.0/24", 24, 64496)), "192.0.2.0/24", 64496, "RADB");
        Assert.True(proof.IsProven);
        Assert.Equal(ProofReason.RoaValid, proof.Reason);
        Evidence roa = Assert.Single(proof.Evidence, e => e.Kind == "roa");
        Assert.Equal(
            ("cache", 42L, Then, "ROA 192.0.2.0/24 => AS64496", EvidenceSays.Matches),
            (roa.Source, roa.Serial, roa.AsOf, roa.Text, roa.Says)
        );
        Assert.Equal("ASPA AS64496 => AS64511", Assert.Single(proof.Evidence, e => e.Kind == "aspa").Text);
    }

    [Fact]
    public async Task A_roa_of_another_asn_outweighs_a_route_object()
    {
        PrefixProof proof = Prove(
            await Irr(("192.0.2.0/24", 64497, "RADB")),
            Rpki(("192.0.2.0/24", 24, 64496), ("192.0.0.0/16", 16, 64499)),
            "192.0.2.0/24",
            64497
        );
        Assert.Equal((false, ProofReason.RoaWrongOrigin), (proof.IsProven, proof.Reason));
        Assert.Contains("AS64499, AS64496", proof.Text);
        Assert.Equal([EvidenceSays.WrongOrigin, EvidenceSays.WrongOrigin, EvidenceSays.Matches], proof.Evidence.Select(e => e.Says));
    }

    [Fact]
    public async Task A_prefix_longer_than_its_roa_allows_is_refused_even_inside_a_proven_block()
    {
        PrefixProof proof = Prove(await Irr(), Rpki(("192.0.2.0/24", 25, 64496)), "192.0.2.0/26", 64496, "NONE", "192.0.2.0/24");
        Assert.Equal((false, ProofReason.RoaTooLong), (proof.IsProven, proof.Reason));
        Assert.Contains("maximum length is 25", proof.Text);
        Assert.Equal(EvidenceSays.TooLong, Assert.Single(proof.Evidence, e => e.Kind == "roa").Says);
    }

    [Theory]
    [InlineData("NONE", true, ProofReason.RouteObject)]
    [InlineData("RIPENCC", true, ProofReason.RouteObject)]
    [InlineData("RADB", false, ProofReason.RegisteredElsewhere)]
    [InlineData("APNIC", false, ProofReason.RegistryNotLoaded)]
    public async Task A_route_object_counts_in_the_registry_that_was_named(string registry, bool proven, ProofReason reason)
    {
        PrefixProof proof = Prove(
            await Irr(("192.0.2.0/24", 64496, "RIPE"), ("198.51.100.0/24", 64497, "RADB")),
            RpkiView.Empty,
            "192.0.2.0/24",
            64496,
            registry
        );
        Assert.Equal((proven, reason), (proof.IsProven, proof.Reason));
        Assert.Contains("origin:", Assert.Single(proof.Evidence).Text);
    }

    /// <summary>The permit on a router is a function of the proof: exactly the prefix, longer ones only as far as a ROA of it says, nothing without proof.</summary>
    [Theory]
    [InlineData("192.0.2.0/24", 64496, 26)] // Two ROAs: the longer maximum counts.
    [InlineData("192.0.2.0/25", 64496, 26)]
    [InlineData("198.51.100.0/24", 64496, 24)] // By a route object: itself only.
    [InlineData("198.51.100.0/25", 64496, 25)] // By a route object around it: itself only.
    [InlineData("192.0.2.0/27", 64496, null)]
    [InlineData("192.0.2.0/24", 64497, null)]
    [InlineData("203.0.113.0/24", 64496, null)]
    public async Task A_permit_follows_from_the_proof_alone(string prefix, uint asn, int? maxLength)
    {
        PrefixProof proof = Prove(
            await Irr(("198.51.100.0/24", 64496, "RADB")),
            Rpki(("192.0.2.0/24", 24, 64496), ("192.0.0.0/16", 26, 64496), ("192.0.2.0/24", 32, 64499)),
            prefix,
            asn
        );
        Assert.Equal(maxLength is { } longest ? new PrefixPermit(IpPrefix.Parse(prefix), longest, new Asn(asn)) : null, proof.Permit);
    }

    [Fact]
    public async Task Equal_proofs_are_equal_values()
    {
        IrrDatabase irr = await Irr(("192.0.2.0/24", 64496, "RADB"));
        PrefixProof Again() => Prove(irr, Rpki(("192.0.2.0/24", 24, 64496)), "192.0.2.0/24", 64496);
        Assert.Equal(Again(), Again());
        Assert.NotEqual(Again(), Prove(irr, Rpki(("192.0.2.0/24", 25, 64496)), "192.0.2.0/24", 64496));
    }

    /// <summary>AS0 is nobody: it is given nothing, and nobody is told to publish a ROA for it.</summary>
    [Theory]
    [InlineData("192.0.2.0/24", "nobody may announce it")]
    [InlineData("203.0.113.0/24", "they name AS64496")]
    [InlineData("198.51.100.0/24", "No ROA covers")]
    public async Task Nothing_belongs_to_AS0(string prefix, string says)
    {
        PrefixProof proof = Prove(
            await Irr((prefix, 0, "RIPE")),
            Rpki(("192.0.2.0/24", 24, 0), ("203.0.113.0/24", 24, 64496)),
            prefix,
            0,
            "NONE",
            prefix
        );
        Assert.Equal((false, ProofReason.Nobody), (proof.IsProven, proof.Reason));
        Assert.Contains(says, proof.Text);
        Assert.DoesNotContain("AS0;", proof.Text);
        Assert.DoesNotContain("ublish a ROA for AS0", proof.Text);
        Assert.False(proof.Route.IsPermitted);
    }

    [Fact]
    public async Task A_roa_for_AS0_is_explained_to_those_it_shuts_out()
    {
        PrefixProof proof = Prove(await Irr(("192.0.2.0/24", 64496, "RIPE")), Rpki(("192.0.2.0/24", 24, 0)), "192.0.2.0/24", 64496);
        Assert.Equal(ProofReason.RoaWrongOrigin, proof.Reason);
        Assert.Contains("nobody may announce it", proof.Text);
        Assert.Contains("publish a ROA for AS64496", proof.Text);
        Assert.DoesNotContain("AS0 (nobody)", proof.Text);
    }

    [Fact]
    public async Task A_block_around_it_proves_unless_the_prefix_itself_is_registered_to_another()
    {
        IrrDatabase irr = await Irr(("2001:db8::/32", 64496, "RIPE"), ("2001:db8:1::/48", 64497, "RIPE"));
        PrefixProof inside = Prove(irr, RpkiView.Empty, "2001:db8:2::/48", 64496);
        Assert.Equal((true, ProofReason.CoveredByRouteObject), (inside.IsProven, inside.Reason));
        PrefixProof another = Prove(irr, RpkiView.Empty, "2001:db8:1::/48", 64496);
        Assert.Equal((false, ProofReason.RegisteredToOther), (another.IsProven, another.Reason));
        Assert.Contains("AS64497", another.Text);
        Assert.Equal(ProofReason.RouteObject, Prove(irr, RpkiView.Empty, "2001:db8:1::/48", 64497).Reason);
    }

    [Theory]
    [InlineData("193.5.0.0/16")]
    [InlineData("193.0.0.0/8")]
    [InlineData("128.0.0.0/1")]
    [InlineData("0.0.0.0/0")]
    public async Task A_larger_block_says_nothing_of_a_smaller_one_that_others_hold(string large)
    {
        IrrDatabase irr = await Irr((large, 64666, "RADB"), ("193.5.0.0/20", 64496, "RIPE"));
        PrefixProof inside = Prove(irr, RpkiView.Empty, "193.5.1.0/24", 64666);
        Assert.Equal((false, ProofReason.RegisteredToOther), (inside.IsProven, inside.Reason));
        Assert.Contains("193.5.0.0/20, the nearest block around 193.5.1.0/24, is registered to AS64496", inside.Text);
        Assert.Equal(IpPrefix.Parse("193.5.0.0/20"), inside.OthersHold);
        Assert.Equal(ProofReason.CoveredByRouteObject, Prove(irr, RpkiView.Empty, "193.5.1.0/24", 64496).Reason);
    }

    [Theory]
    [InlineData("0.0.0.0/0", "32.1.0.0/16")]
    [InlineData("32.0.0.0/3", "32.0.0.0/3")]
    [InlineData("192.0.0.0/7", "193.5.0.0/20")]
    [InlineData("::/0", "2a00:1::/32")]
    [InlineData("2a00::/12", "2a00:1::/32")]
    public async Task Blocks_that_nobody_was_ever_given_prove_nothing(string large, string prefix)
    {
        PrefixProof proof = Prove(await Irr((large, 64666, "RADB")), RpkiView.Empty, prefix, 64666);
        Assert.Equal((false, ProofReason.NotRegistered), (proof.IsProven, proof.Reason));
        Assert.Contains($"nothing but {large} covers {prefix}", proof.Text);
        Assert.Null(proof.OthersHold);
        Assert.DoesNotContain(proof.Evidence, e => e.Says is EvidenceSays.Matches or EvidenceSays.Covers);
    }

    [Fact]
    public async Task A_proven_block_does_not_reach_into_a_smaller_one_that_others_hold()
    {
        IrrDatabase irr = await Irr(("193.0.0.0/16", 64496, "RIPE"), ("193.0.4.0/22", 64497, "RIPE"));
        Assert.Equal(ProofReason.RegisteredToOther, Prove(irr, RpkiView.Empty, "193.0.4.0/24", 64496, "NONE", "193.0.0.0/16").Reason);
        // From inside it does, and beside it.
        Assert.Equal(ProofReason.CoveredByProvenBlock, Prove(irr, RpkiView.Empty, "193.0.4.0/24", 64496, "NONE", "193.0.4.0/23").Reason);
        Assert.Equal(ProofReason.CoveredByProvenBlock, Prove(irr, RpkiView.Empty, "193.0.8.0/24", 64496, "NONE", "193.0.0.0/16").Reason);
    }

    [Fact]
    public async Task Nothing_registered_and_registered_to_others_are_told_apart()
    {
        IrrDatabase irr = await Irr(("192.0.2.0/24", 64496, "RIPE"));
        Assert.Equal(ProofReason.NotRegistered, Prove(irr, RpkiView.Empty, "203.0.113.0/24", 64496).Reason);
        Assert.Equal(ProofReason.RegisteredToOther, Prove(irr, RpkiView.Empty, "192.0.2.0/24", 64499).Reason);
        Assert.Equal(ProofReason.RegisteredToOther, Prove(irr, RpkiView.Empty, "192.0.2.128/25", 64499).Reason);
    }

    [Fact]
    public async Task What_lies_inside_a_proven_block_is_proven()
    {
        IrrDatabase irr = await Irr();
        Assert.Equal(
            ProofReason.CoveredByProvenBlock,
            Prove(irr, RpkiView.Empty, "203.0.113.64/26", 64496, "ARIN", "203.0.113.0/24").Reason
        );
        Assert.False(Prove(irr, RpkiView.Empty, "203.0.113.0/24", 64496, "ARIN", "203.0.113.64/26").IsProven);
    }

    [Fact]
    public async Task In_a_list_a_proven_prefix_proves_those_inside_it_in_whatever_order_they_stand()
    {
        IrrDatabase irr = await Irr(("192.0.2.0/24", 64496, "RIPE"), ("192.0.2.128/25", 64497, "RIPE"));
        var view = new RegistryView(1, Then, irr, RpkiView.Empty, Registries.PeeringDb.PeeringDbData.Empty);
        IpPrefix[] list =
        [
            IpPrefix.Parse("192.0.2.0/25"),
            IpPrefix.Parse("192.0.2.128/25"),
            IpPrefix.Parse("198.51.100.0/24"),
            IpPrefix.Parse("192.0.2.0/24"),
        ];
        // What another holds inside it is not proven by it.
        Assert.Equal(
            [ProofReason.CoveredByProvenBlock, ProofReason.RegisteredToOther, ProofReason.NotRegistered, ProofReason.RouteObject],
            view.ProveAll(list, new Asn(64496), RoutingRegistry.None).Select(p => p.Reason)
        );
    }

    [Fact]
    public async Task A_local_exception_is_evidence_with_its_comment()
    {
        var slurm = new Slurm(
            [new SlurmFilter(IpPrefix.Parse("192.0.2.0/24"), null, "broken ROA")],
            [new SlurmAssertion(new Vrp(IpPrefix.Parse("192.0.2.0/24"), 24, new Asn(64497)), "ticket 7")]
        );
        var rpki = RpkiView.Build(Rpki(("192.0.2.0/24", 24, 64496)).Sources, slurm, stale: false);
        PrefixProof proof = Prove(await Irr(), rpki, "192.0.2.0/24", 64497);
        Assert.True(proof.IsProven);
        Evidence only = Assert.Single(proof.Evidence);
        Assert.Equal(("slurm", "local exception (ticket 7)"), (only.Kind, only.Source));
        Assert.False(Prove(await Irr(), rpki, "192.0.2.0/24", 64496).IsProven);
    }

    [Theory]
    [InlineData("ripencc", "RIPENCC")]
    [InlineData("", "NONE")]
    [InlineData(null, "NONE")]
    public void Registry_names_are_read_in_any_case(string? name, string expected)
    {
        Assert.True(RoutingRegistry.TryParse(name, out RoutingRegistry registry));
        Assert.Equal(expected, registry.Name);
    }

    [Fact]
    public void An_unknown_registry_name_is_refused() => Assert.False(RoutingRegistry.TryParse("RIPE NCC", out _));
}
