using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Primitives;

namespace Causeway.Demo.Chapters;

/// <summary>A chapter about Microsoft peering: its circuit is ordered and provisioned before it begins.</summary>
/// <param name="net">The second octet of the addresses of its links, which no other chapter has.</param>
internal abstract class PublicChapter(DemoCast cast, int net) : CircuitChapter(cast)
{
    /// <summary>As the demo's registry has it.</summary>
    protected static readonly Asn ContosoAsn = new(401_900);

    private readonly IpPrefix _primary = IpPrefix.Parse($"127.{net}.0.0/30");
    private readonly IpPrefix _secondary = IpPrefix.Parse($"127.{net}.0.4/30");

    protected string Peering => Ids.Peering(Circuit, "MicrosoftPeering");

    protected override async Task TellAsync(DemoWatcher watcher, CancellationToken cancellation)
    {
        string key = await OrderAsync(mbps: 50, cancellation);
        await MoveAsync(key, "Provisioned", "", cancellation);
        await watcher.LookAsync(cancellation);
        await TellOfPrefixesAsync(cancellation);
    }

    protected abstract Task TellOfPrefixesAsync(CancellationToken cancellation);

    protected Task<Document<PeeringBody>> DeclareAsync(IpPrefix prefix, CancellationToken cancellation) =>
        Contoso.Peerings.ConfigureAsync(
            Peering,
            new PeeringOrder
            {
                PeeringType = "MicrosoftPeering",
                PeerASN = ContosoAsn.Value,
                VlanId = 100,
                PrimaryPeerAddressPrefix = _primary.ToString(),
                SecondaryPeerAddressPrefix = _secondary.ToString(),
                MicrosoftPeeringConfig = new PublicOrder([prefix.ToString()], null, "RADB"),
            },
            wait: true,
            cancellation
        );

    protected Task AnnounceAsync(IReadOnlyList<IpPrefix> prefixes, CancellationToken cancellation) =>
        StartRouterAsync(ContosoAsn, _primary, _secondary, prefixes, cancellation);

    /// <summary>What the one declared prefix rests on, once that is so.</summary>
    protected async Task<PrefixEvidenceBody> StandsAsync(string state, CancellationToken cancellation) =>
        (
            await UntilAsync(
                () => Contoso.Peerings.EvidenceAsync(Peering, cancellation),
                seen => seen is [{ Body: var only }] && only.State == state,
                $"the declared prefix to be {state}",
                cancellation
            )
        )[0].Body;
}
