using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Attributes;

/// <summary>What ASPAs say of a path; not verified until a policy asks.</summary>
internal enum PathOutcome : byte
{
    NotVerified = 0,
    Unknown = 1,
    Valid = 2,
    Invalid = 3,
}

internal static class PathOutcomes
{
    public static PathOutcome AsOutcome(this PathValidity validity) => (PathOutcome)(validity + 1);
}
