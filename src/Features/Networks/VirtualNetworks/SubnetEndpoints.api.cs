using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Domain.Networks;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/virtualNetworks/subnets</c>: parts of the network's document, with its etag.</summary>
internal sealed class SubnetEndpoints(Tracked<VirtualNetwork> networks) : IEndpoints
{
    private readonly Nested<VirtualNetwork, Subnet> _subnets = new(
        networks,
        (_, network, subnet, moment) => new(ArmBody.Of(SubnetWire.Body(network, subnet, moment), NetworksContract.Default.SubnetBody))
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
            .Put(
                r => _subnets.PutAsync(r, (body, _) => new PutSubnet(r.Now, SubnetWire.Read(body, r.Id.Name))),
                () => NetworksContract.Default.SubnetBody,
                operation: true
            )
            .Get(_subnets.GetAsync, () => NetworksContract.Default.SubnetBody)
            .Delete(r => _subnets.DeleteAsync(r, subnet => new DeleteSubnet(r.Now, subnet.Name, r.Ticket())), operation: true)
            .ListInParent(_subnets.ListAsync, () => NetworksContract.Default.SubnetBody);
}
