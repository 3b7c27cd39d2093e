using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Primitives;

namespace Causeway.Demo.Chapters;

/// <summary>A prefix that a registry proves: asked about first, then declared, and heard at once.</summary>
internal sealed class ProvenPrefix(DemoCast cast) : PublicChapter(cast, net: 71)
{
    private static readonly IpPrefix s_prefix = IpPrefix.Parse("193.10.0.0/20");

    protected override string Name => "contoso-services";

    protected override async Task TellOfPrefixesAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "validate", s_prefix, ContosoAsn);
        PrefixEvidenceBody answer = (
            await UntilAsync(
                () =>
                    Contoso.Peerings.ValidateInAsync(
                        Subscription,
                        new ValidatePrefixesBody([$"{s_prefix}"], ContosoAsn.Value, "RADB"),
                        cancellation
                    ),
                seen => seen is [{ Body.State: "Proven" }],
                "the registry to prove the prefix",
                cancellation
            )
        )[0].Body;
        Tell.Done("Causeway", "proven", answer.Prefix, answer.Evidence[0].Source, answer.Evidence[0].Object);

        await Tell.StepAsync("Contoso", "declare", s_prefix);
        await DeclareAsync(s_prefix, cancellation);
        PrefixEvidenceBody stands = await StandsAsync("Proven", cancellation);
        Tell.Done("Causeway", "accepts", string.Join(", ", stands.Accepted));
        await AnnounceAsync([s_prefix], cancellation);
        await EstablishedAsync(Peering, cancellation);
        Tell.Done("Causeway", "sessions");
        await LearnedAsync(Peering, [s_prefix], cancellation);
    }
}
