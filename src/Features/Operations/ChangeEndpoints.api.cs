using System.Globalization;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Operations;
using Causeway.Primitives;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Operations;

/// <summary>
/// <c>GET /providers/Causeway.Operations/changes?after=…&amp;wait=…</c>: which resources changed, of those that the caller may read. With <c>wait</c> the answer
/// comes as soon as one did, so that pages are live without asking again and again.
/// </summary>
public sealed class ChangeEndpoints(ChangeFeed feed, IAuthorizer authorizer, TimeProvider clock) : IEndpoints
{
    /// <summary>The longest wait: a connection that says nothing for longer is cut by what lies between.</summary>
    public const int MostSeconds = 30;

    public static ArmType Type { get; } = Namespaces.Operations.Type("changes") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapArm(
            $"/providers/{Type.FullName}",
            new ArmEndpoint(Type, "GET", $"{Type.FullName}/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                AnyCaller = true,
                Contract = new ArmContract("Get", "Says which resources changed after a position, of those that the caller may read.")
                {
                    Answer = () => ChangesContract.Default.ChangesBody,
                    Parameters =
                    [
                        new("after", "The position of the answer before; begins now when absent."),
                        new("wait", "How many seconds to wait for a change, 0 to 30; 0 when absent."),
                    ],
                },
            },
            ReadAsync
        );

    private async ValueTask<ArmResult> ReadAsync(ArmRequest request)
    {
        int seconds = 0;
        if (
            request.Query("wait") is { } wait
            && (!int.TryParse(wait, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds > MostSeconds)
        )
            return Refusal.Invalid("InvalidQueryParameterValue", $"'wait' has to be 0 to {MostSeconds} seconds.", "wait");
        string? after = request.Query("after") is { Length: > 0 } position ? position : null;
        long began = clock.GetTimestamp();
        IReadOnlyList<(string, ResourceId?)> roles = await authorizer.RolesAsync(request.Caller, request.Aborted);
        while (true)
        {
            TimeSpan left = TimeSpan.FromSeconds(seconds) - clock.GetElapsedTime(began);
            Changed changed = await feed.AfterAsync(after, left > TimeSpan.Zero ? left : TimeSpan.Zero, request.Aborted);
            var visible = new List<string>();
            foreach (ResourceId id in changed.Resources)
                if (await request.MayAsync($"{id.Type}/read", id))
                    visible.Add(id.Text);
            // What one may read is other than it was: of that too anything may have changed.
            bool isOther =
                changed.Resources.Any(id => id.Type.EndsWith("/roleAssignments", StringComparison.OrdinalIgnoreCase))
                && !roles.ToHashSet().SetEquals(await authorizer.RolesAsync(request.Caller, request.Aborted));
            // What changed of others is no reason to answer.
            if (
                changed.Resources.Count > 0
                && visible.Count == 0
                && !isOther
                && clock.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds)
            )
            {
                after = changed.Position;
                continue;
            }
            return ArmResult.Of(
                new ChangesBody
                {
                    Position = changed.Position,
                    Missed = changed.Missed || isOther,
                    Changed = visible,
                },
                ChangesContract.Default.ChangesBody
            );
        }
    }
}
