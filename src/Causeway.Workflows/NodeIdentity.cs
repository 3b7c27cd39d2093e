using System.Security.Cryptography;

namespace Causeway.Workflows;

/// <summary>
/// Who this process is to the others on the same store. The id is random and new with every start, so that no configuration (a cloned machine, a name given
/// twice) can make two processes one; the label is for people only.
/// </summary>
/// <param name="Id">The holder of leases.</param>
/// <param name="Label">What an operator calls this node.</param>
public sealed record NodeIdentity(string Id, string Label)
{
    public static NodeIdentity New(string label) => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), label);
}
