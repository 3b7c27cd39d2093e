using Causeway.Arm;

namespace Causeway.Api.Networks;

/// <summary>
/// The members that bodies of Microsoft.Network's types may have, from its published descriptions of 2018-02-01, 2024-01-01, 2025-07-01 and 2025-09-01 together:
/// a member of any of them is taken in all versions.
/// </summary>
internal static class NetworkMembers
{
    public static KnownMembers Read()
    {
        using Stream text =
            typeof(NetworkMembers).Assembly.GetManifestResourceStream("NetworkMembers.txt")
            ?? throw new InvalidOperationException("NetworkMembers.txt is not embedded.");
        using var reader = new StreamReader(text);
        return KnownMembers.Parse(reader.ReadToEnd());
    }
}
