using Causeway.Arm;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/virtualNetworks/subnets</c>: parts of the network's document, with its etag.</summary>
public sealed class SubnetEndpoints(NetworkReader reader, NetworkWrites writes)
{
    private const string Type = VirtualNetwork.ResourceType;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.Arm(NetworkTypes.Subnet).Put(PutAsync).Get(GetAsync).Delete(DeleteAsync).ListInParent(ListAsync);

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        ResourceId parent = request.Id.Parent!;
        BodyReader body = await request.BodyAsync();
        Subnet subnet = VirtualNetworkEndpoints.ReadSubnet(body, request.Id.Name);
        if (body.Refusal is { } no)
            return no;
        if (await reader.ReadAsync<VirtualNetwork>(Type, parent, request.Aborted) is not { } before)
            return ArmErrors.ParentNotFound(parent);
        SendOutcome outcome = await writes.SendAsync(parent, Type, new PutSubnet(request.Now, subnet), NetworkWrites.ContextOf(request));
        if (outcome is not SendOutcome.Delivered { After: [{ } row] })
            return NetworkAnswers.Deleted(outcome);
        Versioned<VirtualNetwork> network = reader.Read<VirtualNetwork>(Type, row);
        ArmBody answer = Body(network, network.Resource.FindSubnet(subnet.Name)!);
        return before.Resource.FindSubnet(subnet.Name) is null ? new ArmResult.Created(answer) : new ArmResult.Ok(answer);
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request)
    {
        if (await reader.ReadAsync<VirtualNetwork>(Type, request.Id.Parent!, request.Aborted) is not { } network)
            return await request.NotFoundAsync(request.Id.Parent!);
        return network.Resource.FindSubnet(request.Id.Name) is { } subnet
            ? new ArmResult.Ok(Body(network, subnet), ETagHeader: network.ETag)
            : await request.NotFoundAsync();
    }

    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        ResourceId parent = request.Id.Parent!;
        if ((await reader.ReadAsync<VirtualNetwork>(Type, parent, request.Aborted))?.Resource.FindSubnet(request.Id.Name) is null)
            return new ArmResult.NoContent();
        return NetworkAnswers.Deleted(
            await writes.SendAsync(parent, Type, new DeleteSubnet(request.Now, request.Id.Name), NetworkWrites.ContextOf(request))
        );
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        if (await reader.ReadAsync<VirtualNetwork>(Type, request.Id, request.Aborted) is not { } network)
            return await request.NotFoundAsync();
        return await request.ListAsync(
            network.Resource.Subnets,
            after: null,
            s => network.Resource.Id.Child("subnets", s.Name),
            (writer, s) => VirtualNetworkEndpoints.WriteSubnet(writer, network, s)
        );
    }

    private static ArmBody Body(Versioned<VirtualNetwork> network, Subnet subnet) =>
        ArmBody.Json((network, subnet), static (writer, s) => VirtualNetworkEndpoints.WriteSubnet(writer, s.network, s.subnet));
}
