using System.Text.Json.Serialization.Metadata;

namespace Causeway.Arm;

/// <summary>
/// What an endpoint is called, takes and answers: what a client has to know of it, and what its OpenAPI document says. Nothing of it changes what the endpoint does.
/// </summary>
/// <remarks>Shapes are functions, so that a server that starts does not make those of every type it knows: each is made when somebody asks for it.</remarks>
/// <param name="Name">What it does, as one word of code: <c>Get</c>, <c>ListByResourceGroup</c>, <c>Rotate</c>.</param>
/// <param name="Summary">What it does, as a sentence for people.</param>
public sealed record ArmContract(string Name, string Summary)
{
    /// <summary>What is sent; null for nothing.</summary>
    public Func<JsonTypeInfo>? Body { get; init; }

    /// <summary>Whether nothing may be sent all the same.</summary>
    public bool IsBodyOptional { get; init; }

    /// <summary>What 200 and 201 answer (a page: its members); null for nothing.</summary>
    public Func<JsonTypeInfo>? Answer { get; init; }

    /// <summary>Whether the answer is a page of members, read on by <c>nextLink</c>, that takes <c>$top</c> and <c>$skipToken</c>.</summary>
    public bool IsPage { get; init; }

    /// <summary>What an operation that 202 began ends with, at its <c>Location</c>; null for nothing.</summary>
    public Func<JsonTypeInfo>? Result { get; init; }

    /// <summary>What it answers when it is not refused.</summary>
    public IReadOnlyList<int> Statuses { get; init; } = [200];

    /// <summary>Whether an operation may go on after the answer, which then says in its headers where that is polled.</summary>
    public bool BeginsOperation { get; init; }

    /// <summary>Whether 200 answers nothing at all, where others would answer something.</summary>
    public bool AnswersNothing { get; init; }

    /// <summary>Query parameters beside <c>api-version</c> and those of a page.</summary>
    public IReadOnlyList<ArmParameter> Parameters { get; init; } = [];

    /// <summary>Causeway's own, in a namespace that is Azure's.</summary>
    public bool IsOurs { get; init; }

    public static ArmContract Get(ArmType type, Func<JsonTypeInfo> answer) => new("Get", $"Reads one of {type.Path}.") { Answer = answer };

    public static ArmContract CheckExistence(ArmType type) =>
        new("CheckExistence", $"Says whether there is one of {type.Path}.") { Statuses = [204] };

    public static ArmContract CreateOrUpdate(ArmType type, Func<JsonTypeInfo> body, Func<JsonTypeInfo> answer) =>
        new("CreateOrUpdate", $"Creates or changes one of {type.Path}.")
        {
            Body = body,
            Answer = answer,
            Statuses = [200, 201],
        };

    public static ArmContract UpdateTags(ArmType type, Func<JsonTypeInfo> body, Func<JsonTypeInfo> answer) =>
        new("UpdateTags", $"Replaces the tags of one of {type.Path}.") { Body = body, Answer = answer };

    public static ArmContract Delete(ArmType type) => new("Delete", $"Deletes one of {type.Path}.") { Statuses = [200, 204] };

    /// <param name="scope">Of what they are listed, such as <c>resource group</c>.</param>
    public static ArmContract List(ArmType type, string name, string scope, Func<JsonTypeInfo> member) =>
        new(name, $"Lists the {type.Path} of a {scope}.") { Answer = member, IsPage = true };

    /// <summary>The same, of which an operation may go on.</summary>
    public ArmContract AsOperation() =>
        this with
        {
            BeginsOperation = true,
            Statuses = Statuses.Contains(204) ? [200, 202, 204] : Statuses,
        };
}

/// <summary>A query parameter.</summary>
/// <param name="Name">As it is written, such as <c>$filter</c>.</param>
/// <param name="Summary">For people.</param>
public sealed record ArmParameter(string Name, string Summary);
