using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Support;
using Causeway.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Support;

/// <summary><c>Microsoft.Support</c>: tickets, what is said in them, their files; and what the operator decides.</summary>
public sealed class Support : Feature
{
    protected internal override void Define(FeatureBuilder f)
    {
        f.Types(
                SupportTypes.Service,
                SupportTypes.Classification,
                SupportTypes.Ticket,
                SupportTypes.Communication,
                SupportTypes.Workspace,
                SupportTypes.File
            )
            .Workflow<SupportTicketWorkflow>()
            .Workflow<FileWorkspaceWorkflow>()
            .Workflow<SupportFileWorkflow>()
            .Workflow<FileChunkWorkflow>()
            .Endpoints<SupportServiceEndpoints>()
            .Endpoints<SupportTicketEndpoints>()
            .Endpoints<CommunicationEndpoints>()
            .Endpoints<TicketDecisionEndpoints>()
            .Endpoints<FileWorkspaceEndpoints>()
            .Endpoints<FileEndpoints>();
        f.Services.AddSingleton<TicketDesk>()
            .AddSingleton<SupportCatalogue>()
            .AddSingleton<TicketLoop>()
            .AddSingleton<Loop>(s => s.GetRequiredService<TicketLoop>());
    }
}

/// <summary>The resource types around tickets. They live in subscriptions, not in groups.</summary>
public static class SupportTypes
{
    public static ArmType Service { get; } = Type("services");
    public static ArmType Classification { get; } = Service.Child("problemClassifications") with { SupportsTags = false };
    public static ArmType Ticket { get; } = Type("supportTickets");
    public static ArmType Communication { get; } = Ticket.Child("communications") with { SupportsTags = false };
    public static ArmType Workspace { get; } = Type("fileWorkspaces");
    public static ArmType File { get; } = Workspace.Child("files") with { SupportsTags = false };

    /// <summary>The 400 for a name that the type does not take; null for one that it does. Paths without a group are not checked elsewhere.</summary>
    internal static ArmResult? WrongName(ArmRequest request) =>
        request.Type.Name.IsMatch(request.Id.Name) ? null : ArmErrors.InvalidName(request.Type, request.Id.Name);

    private static ArmType Type(string path) => Namespaces.Support.Type(path) with { Locations = [], SupportsTags = false };
}
