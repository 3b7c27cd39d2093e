using Causeway.Primitives.Proof;

namespace Causeway.Primitives.Tests;

public class ProofChangesTests
{
    private static IpPrefix P(string text) => IpPrefix.Parse(text);

    [Fact]
    public void A_block_touches_itself_and_what_lies_inside_it()
    {
        var changes = ProofChanges.Of(7, [P("10.1.0.0/16"), P("10.0.0.0/8"), P("2001:db8::/32"), P("192.0.2.0/24")]);
        Assert.Equal([P("10.0.0.0/8"), P("192.0.2.0/24"), P("2001:db8::/32")], changes.Blocks);
        Assert.True(changes.Touches(P("10.0.0.0/8")));
        Assert.True(changes.Touches(P("10.255.255.0/24")));
        Assert.True(changes.Touches(P("2001:db8:1::/48")));
        Assert.False(changes.Touches(P("0.0.0.0/0")));
        Assert.False(changes.Touches(P("192.0.0.0/16")));
        Assert.False(changes.Touches(P("11.0.0.0/8")));
        Assert.False(changes.IsNothing);
    }

    [Fact]
    public void Nothing_touches_nothing_and_everything_everything()
    {
        Assert.False(ProofChanges.Nothing(1).Touches(P("10.0.0.0/8")));
        Assert.True(ProofChanges.Nothing(1).IsNothing);
        Assert.True(ProofChanges.Everything(1).Touches(P("10.0.0.0/8")));
        Assert.False(ProofChanges.Everything(1).IsNothing);
    }

    /// <summary>Against the plain definition, for random blocks that lie inside one another often.</summary>
    [Fact]
    public void Touches_is_what_the_blocks_say()
    {
        var random = new Random(20);
        for (int round = 0; round < 200; round++)
        {
            IpPrefix[] blocks = [.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => Any(random))];
            var changes = ProofChanges.Of(1, blocks);
            for (int i = 0; i < 50; i++)
            {
                IpPrefix asked = Any(random);
                Assert.True(
                    blocks.Any(b => b.Contains(asked)) == changes.Touches(asked),
                    $"{asked} and {string.Join(", ", blocks)}: {changes.Touches(asked)}"
                );
            }
        }
    }

    private static IpPrefix Any(Random random) =>
        random.Next(4) == 0
            ? IpPrefix.V6((UInt128)0x2001_0db8 << 96 | (UInt128)(uint)random.Next() << 64, random.Next(30, 64))
            : IpPrefix.V4(0x0A00_0000 | (uint)random.Next(1 << 24), random.Next(8, 33));

    [Fact]
    public void Without_registries_only_what_was_proven_by_other_means_is_proven()
    {
        var none = new NoProofs(TimeProvider.System);
        Assert.True(none.HasLoaded);
        Assert.Equal(SourceState.Unknown, none.StateOf("RIPE"));
        Assert.True(none.ChangesSince(none.Revision).IsNothing);
        Assert.True(none.ChangesSince(0).IsEverything);
        IReadOnlyList<PrefixProof> proofs = none.Prove(
            [P("192.0.2.0/25"), P("198.51.100.0/24")],
            new Asn(64500),
            RoutingRegistry.None,
            [P("192.0.2.0/24")]
        );
        Assert.Equal([ProofReason.CoveredByProvenBlock, ProofReason.RegistryNotLoaded], proofs.Select(p => p.Reason));
        Assert.Equal([true, false], proofs.Select(p => p.IsProven));
        Assert.False(none.Prove([P("192.0.2.0/25")], new Asn(0), RoutingRegistry.None, [P("192.0.2.0/24")])[0].IsProven);
    }
}
