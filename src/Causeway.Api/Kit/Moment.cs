using Causeway.Arm;
using Causeway.Workflows;

namespace Causeway.Api.Kit;

/// <summary>When a resource is shown: answers to writes differ from what a GET says.</summary>
public enum Moment
{
    /// <summary>By GET: as it is.</summary>
    Read,

    /// <summary>In a list.</summary>
    Listed,

    /// <summary>In the answer to the PUT that made it.</summary>
    Created,

    /// <summary>In the answer to a PUT that changed it.</summary>
    Answer,
}

/// <summary>What is said at a moment.</summary>
public static class Moments
{
    /// <summary>The <c>provisioningState</c> of what a write ended at once: its answer has the state of an operation all the same.</summary>
    public static string State(this Moment moment) => moment is Moment.Created or Moment.Answer ? "Updating" : "Succeeded";
}

/// <summary>Writes a resource as it is shown at a moment.</summary>
public delegate ValueTask<ArmBody> View<T>(Versioned<T> resource, Moment moment)
    where T : class, IResource;

/// <summary>Writes a child that lives in its parent's document, as the caller may see it.</summary>
public delegate ValueTask<ArmBody> View<TParent, TChild>(ArmRequest request, Versioned<TParent> parent, TChild child, Moment moment)
    where TParent : class, IResource;
