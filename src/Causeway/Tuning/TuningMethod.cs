namespace Causeway.Tuning;

/// <summary>How a model learns from a dataset; what OpenAI's fine-tuning API calls <c>method.type</c>.</summary>
internal enum TuningMethod
{
    /// <summary>It learns to say what the assistant says.</summary>
    Supervised,

    /// <summary>It learns which of two answers people liked better (Rafailov et al. 2023, arXiv:2305.18290).</summary>
    Dpo,
}
