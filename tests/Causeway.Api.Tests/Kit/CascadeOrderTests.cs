using Causeway.Api.Kit;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Samples;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Kit;

/// <summary>In which order the types of a group go with it.</summary>
public sealed class CascadeOrderTests(EveryFeature api) : IClassFixture<EveryFeature>
{
    private sealed record A;

    private sealed record B;

    private sealed record C;

    private sealed record D;

    private static readonly Type[] s_all = [typeof(D), typeof(C), typeof(B), typeof(A)];

    [Fact]
    public void Each_goes_before_those_that_it_is_said_to_go_before_whatever_the_order_of_saying()
    {
        CascadeOrder[] said = [new(typeof(A), typeof(B)), new(typeof(B), typeof(D)), new(typeof(A), typeof(C)), new(typeof(C), typeof(D))];
        foreach (CascadeOrder[] order in new[] { said, [.. said.Reverse()] })
        {
            Cascades cascades = Of(s_all, order);
            Assert.All(said, o => Assert.True(Rank(cascades, o.First) < Rank(cascades, o.Then), $"{o}"));
        }
        // Nothing is said of them: they go first, all at once.
        Assert.Equal([0, 0, 0, 0], s_all.Select(t => Rank(Of(s_all), t)));
    }

    [Fact]
    public void What_a_server_does_not_have_holds_nobody_up()
    {
        Cascades cascades = Of([typeof(B), typeof(C)], new CascadeOrder(typeof(A), typeof(B)), new CascadeOrder(typeof(B), typeof(C)));
        Assert.Equal((0, 1), (Rank(cascades, typeof(B)), Rank(cascades, typeof(C))));
        Assert.Null(cascades.Find("T/a"));
    }

    [Fact]
    public void A_circle_is_refused_and_those_in_it_are_named()
    {
        CascadeOrder[] circle = [new(typeof(B), typeof(C)), new(typeof(C), typeof(D)), new(typeof(D), typeof(B))];
        var refused = Assert.Throws<InvalidOperationException>(() => Of(s_all, circle));
        Assert.Contains("T/B, T/C, T/D", Sorted(refused.Message), StringComparison.Ordinal);
        Assert.DoesNotContain("T/A", refused.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Of([typeof(A)], new CascadeOrder(typeof(A), typeof(A))));
    }

    /// <summary>What uses something goes before it: else the group's end waits for itself.</summary>
    [Fact]
    public void Connections_go_before_gateways_before_networks_and_circuits()
    {
        Cascades cascades = api.Server.Services.GetRequiredService<Cascades>();
        int connections = Rank(Connection.ResourceType),
            gateways = Rank(VirtualNetworkGateway.ResourceType);
        Assert.True(connections < gateways);
        Assert.True(connections < Rank(Circuit.ResourceType));
        Assert.True(gateways < Rank(VirtualNetwork.ResourceType));
        Assert.True(gateways < Rank(PublicIpAddress.ResourceType));

        int Rank(string type) => cascades.Find(type)!.Value.Rank;
    }

    private static Cascades Of(Type[] types, params CascadeOrder[] order) => new(types.Select(t => new Going(t)), order);

    private static int Rank(Cascades cascades, Type type) => cascades.Find($"t/{type.Name}")!.Value.Rank;

    private static string Sorted(string message)
    {
        int colon = message.IndexOf(':', StringComparison.Ordinal);
        return string.Join(", ", message[(colon + 1)..].Trim(' ', '.').Split(", ").Order(StringComparer.Ordinal));
    }

    private sealed class Going(Type resource) : ICascade
    {
        public string Type => $"T/{resource.Name}";

        public Type Resource => resource;

        public ValueTask<Refusal?> BlockerAsync(StoredResource resource, ResourceId group, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<Refusal?> DeleteAsync(StoredResource resource, string actor, string? correlationId, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
