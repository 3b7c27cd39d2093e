using System.Text.Json.Serialization.Metadata;
using Causeway.Arm;
using Causeway.Workflows;

namespace Causeway.Api.Kit;

/// <summary>
/// The wire form of a resource type: the one place that names its members. Bodies are read member by member, so that every problem is told at once and what is
/// left out can keep what is there; answers are written by the contract type, which clients and the OpenAPI document share.
/// </summary>
public interface IWire<T>
    where T : class, IResource
{
    /// <summary>The contract of answers and bodies.</summary>
    Func<JsonTypeInfo> Contract { get; }

    /// <summary>
    /// What a PUT asks for. Problems of the body are collected in it and win over what is returned. Read anew for every try, from the resource as it is then.
    /// </summary>
    ValueTask<Asked> ReadAsync(ArmRequest request, BodyReader body, T? present);

    /// <summary>A resource as it is shown at a moment.</summary>
    ValueTask<ArmBody> WriteAsync(ArmRequest request, Versioned<T> resource, Moment moment);
}

/// <inheritdoc />
public abstract class Wire<T, TBody>(Func<JsonTypeInfo<TBody>> contract) : IWire<T>
    where T : class, IResource
    where TBody : class
{
    public Func<JsonTypeInfo> Contract => contract;

    public virtual ValueTask<Asked> ReadAsync(ArmRequest request, BodyReader body, T? present) => new(Read(request, body, present));

    public virtual async ValueTask<ArmBody> WriteAsync(ArmRequest request, Versioned<T> resource, Moment moment) =>
        ArmBody.Of(await BodyAsync(request, resource, moment), contract());

    /// <summary>As <see cref="ReadAsync"/>, where nothing has to be waited for.</summary>
    protected virtual Asked Read(ArmRequest request, BodyReader body, T? present) =>
        throw new NotSupportedException($"{GetType().Name} overrides neither Read nor ReadAsync.");

    /// <summary>As <see cref="WriteAsync"/>, where nothing has to be waited for.</summary>
    protected virtual TBody Body(Versioned<T> resource, Moment moment) =>
        throw new NotSupportedException($"{GetType().Name} overrides neither Body nor BodyAsync.");

    /// <summary>The resource as the contract has it.</summary>
    protected virtual ValueTask<TBody> BodyAsync(ArmRequest request, Versioned<T> resource, Moment moment) => new(Body(resource, moment));
}

/// <summary>A wire form, and the api-versions that it is for.</summary>
/// <param name="Before">For those earlier than this date; null for the present ones.</param>
internal sealed record DatedWire<T>(string? Before, IWire<T> Wire)
    where T : class, IResource;
