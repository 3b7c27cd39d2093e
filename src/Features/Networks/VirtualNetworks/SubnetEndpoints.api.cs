using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Networks;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/virtualNetworks/subnets</c>: parts of the network's document, with its etag.</summary>
public sealed class SubnetEndpoints(Tracked<VirtualNetwork> networks)
{
    private readonly Nested<VirtualNetwork, Subnet> _subnets = new(
        networks,
        (_, network, subnet, _) =>
            new(ArmBody.Json((network, subnet), (writer, s) => VirtualNetworkEndpoints.WriteSubnet(writer, s.network, s.subnet)))
    )
    {
        Segment = "subnets",
        All = network => network.Subnets,
        NameOf = subnet => subnet.Name,
        ETagHeader = true,
    };

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(NetworkTypes.Subnet)
            .Put(r => _subnets.PutAsync(r, body => new PutSubnet(r.Now, VirtualNetworkEndpoints.ReadSubnet(body, r.Id.Name))))
            .Get(_subnets.GetAsync)
            .Delete(r => _subnets.DeleteAsync(r, subnet => new DeleteSubnet(r.Now, subnet.Name)))
            .ListInParent(_subnets.ListAsync);
}
