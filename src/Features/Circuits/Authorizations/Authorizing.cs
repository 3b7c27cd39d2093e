using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>Keys by which others may use the circuit. Revoking one ends the link that was made with it.</summary>
internal static class Authorizing
{
    public static Decision<Circuit> Put(Draft draft, PutAuthorization put)
    {
        Add(draft, put.Authorization);
        return draft.End(put.Ticket);
    }

    public static Decision<Circuit> Delete(Draft draft, DeleteAuthorization delete)
    {
        if (draft.Now.FindAuthorization(delete.AuthorizationName) is { } found)
            Remove(draft, found);
        return draft.End(delete.Ticket);
    }

    public static void Add(Draft draft, WantedAuthorization wanted)
    {
        if (draft.Now.FindAuthorization(wanted.Name) is not null)
            return;
        int most = draft.Policy.Limits.AuthorizationsPerCircuit;
        if (most > 0 && draft.Now.Authorizations.Length >= most)
            draft.Problem(
                Refusal.Conflict("OperationNotAllowed", $"The circuit already has {most} authorizations, the limit: delete one first.")
            );
        draft.Change(
            draft.Now with
            {
                Authorizations = draft.Now.Authorizations.Add(new Authorization(wanted.Name, wanted.NewKey)),
            },
            $"authorization {wanted.Name} made; its key was issued"
        );
    }

    public static void Remove(Draft draft, Authorization gone)
    {
        Circuit c = draft.Now;
        c = c with { Authorizations = c.Authorizations.RemoveAll(a => a.Name == gone.Name) };
        if (gone.Connection is not { } connection)
        {
            draft.Change(c, $"authorization {gone.Name} deleted");
            return;
        }
        GlobalReach? reach = c.Reaches.FirstOrDefault(r => !r.Initiated && r.IdIn(c.Id) == connection);
        draft.Effect(reach is null ? CircuitEffects.Break(connection) : CircuitEffects.Break(reach));
        draft.Change(
            c with
            {
                Links = c.Links.RemoveAll(l => l.Connection == connection),
                Reaches = reach is null ? c.Reaches : c.Reaches.Remove(reach),
            },
            $"authorization {gone.Name} revoked; connection {connection.Name} ends"
        );
        Linking.Follow(draft);
    }
}
