using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Primitives;
using static Causeway.Domain.Tests.Circuits.CircuitSample;

namespace Causeway.Domain.Tests.Circuits;

/// <summary>For every stop on the road: usable or not, the decisive finding, who acts next.</summary>
public sealed class ExplanationTests
{
    [Fact]
    public void The_provider_acts_next_until_it_has_provisioned()
    {
        Says(Created, usable: false, "NotProvisioned", "provider");
        Assert.Contains(ServiceKey.ToString(), Explain(Created).Decisive.Message, StringComparison.Ordinal);
        Says(Provisioning, usable: false, "Provisioning", "provider");
        Says(
            After(Workflow(), Put(), Provider(ProviderState.Provisioned), Provider(ProviderState.Deprovisioning)),
            false,
            "Deprovisioning",
            "provider"
        );
    }

    [Fact]
    public void Routing_is_the_customers_or_the_layer_3_providers_to_configure()
    {
        Says(Provisioned, usable: false, "NoPrivatePeering", "customer");
        Circuit telia = After(
            Workflow(),
            Put() with
            {
                Order = new("Telia Carrier", "Amsterdam", new Bandwidth(100)),
            },
            Provider(ProviderState.Provisioned)
        );
        Says(telia, usable: false, "NoPrivatePeering", "provider");
    }

    [Fact]
    public void Routers_that_do_not_follow_are_the_operators_matter()
    {
        Says(Configuring, usable: false, "PeeringConfiguring", null);
        Finding tried = Explanation.Of(Configuring, CircuitSample.Topology, _ => null, "router ams-1-primary does not answer").Decisive;
        Assert.Equal("operator", tried.ActsNext);
        Assert.Contains("does not answer", tried.Message, StringComparison.Ordinal);
        Circuit failed = After(Workflow(), Put(), Provider(ProviderState.Provisioned), PutPeering(), Follow(1, "no such address"));
        Says(failed, usable: false, "PeeringFailed", "operator");
    }

    [Fact]
    public void Sessions_decide_what_is_left()
    {
        Says(Linked, false, "SessionUnknown", "operator");
        Says(Linked, false, "SessionDown", "customer", Session("Active", 0), Session("Idle", 0));
        Says(Linked, true, "SessionDown", "customer", Session("Established", 3), Session("Active", 0));
        Says(Linked, true, "NoRoutes", "customer", Session("Established", 0), Session("Established", 2));
        Says(Configured, true, "NoNetworks", "customer", Session("Established", 3), Session("Established", 3));
        Says(Linked, true, "Networks", null, Session("Established", 3), Session("Established", 3));
    }

    [Fact]
    public void A_disabled_peering_is_the_customers_to_enable()
    {
        PutPeering disabled = PutPeering(Private() with { V4 = Private().V4! with { Enabled = false } });
        Says(After(Workflow(), Put(), Provider(ProviderState.Provisioned), disabled, Follow(1)), false, "PeeringDisabled", "customer");
    }

    private static void Says(Circuit circuit, bool usable, string code, string? actsNext, params SessionObservation[] sessions)
    {
        Explanation explanation = Explain(circuit, sessions);
        Assert.Equal((usable, code, actsNext), (explanation.Usable, explanation.Decisive.Code, explanation.Decisive.ActsNext));
    }

    private static Explanation Explain(Circuit circuit, params SessionObservation[] sessions) =>
        Explanation.Of(
            circuit,
            CircuitSample.Topology,
            router =>
                sessions.Length == 0
                    ? null
                    : new RouterObservation(
                        router,
                        At,
                        [router == Ams.Primary ? sessions[0] with { Neighbor = "10.0.0.1" } : sessions[1] with { Neighbor = "10.0.0.5" }]
                    ),
            null
        );

    private static SessionObservation Session(string state, int accepted) =>
        new($"{ServiceKey:D}/AzurePrivatePeering", IpFamily.V4, "", new Asn(65010), state, At, accepted, accepted, 1, null);
}
