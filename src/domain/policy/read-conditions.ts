// Reads Condition: operators, keys, values. A value is compiled to see whether it is one of the operator's kind.
import type { ConditionDocument } from './document.js'
import { quoted } from './faults.js'
import type { JsonNode } from './json.js'
import { findOperator, operators, type Operator } from './operators.js'
import { fault, membersOf, textsOf, wrongType, type Elements, type Placed, type Reading } from './reading.js'
import { plainTemplate, readTemplate } from './templates.js'

const keyForm = /^[^\s:]{1,256}:\P{Cc}{1,512}$/u

/** Reads the conditions of a statement; none is an empty list. */
export function readConditions(elements: Elements, reading: Reading): ConditionDocument[] {
  const found = elements.get('Condition')
  if (!found) return []
  if (found.value.kind !== 'object') return wrongType(reading.faults, found, 'an object of operators') ?? []
  return [...membersOf(found.value, found.path, reading.faults)].flatMap(([operator, member]) => readOperator(operator, member, reading))
}

function readOperator(written: string, member: Placed<JsonNode>, reading: Reading): ConditionDocument[] {
  const { faults } = reading
  const use = findOperator(written)
  if (!use) return fault(faults, member, 'unknown-operator', `${quoted(written)} is no operator of conditions.`, mendOf(written)) ?? []
  if (member.value.kind !== 'object') return wrongType(faults, member, 'an object of condition keys, such as {"aws:username": "ann"}') ?? []
  return [...membersOf(member.value, member.path, faults)].flatMap(([key, values]) => {
    if (!keyForm.test(key)) fault(faults, values, 'malformed-key', `${quoted(key)} is no condition key.`, 'Write PREFIX:NAME, such as "aws:username".')
    const texts = textsOf(values, faults, 'text, a number, true or false, or a list of them', ['string', 'number', 'boolean'])
    for (const text of texts) checkValue(text, use.operator, reading)
    return [{ operator: written, key, values: texts.map(({ value }) => value) }]
  })
}

function mendOf(written: string): string {
  const bare = written.replace(/^For\w+:/, '').replace(/ifexists$/i, '').toLowerCase()
  const meant = Object.keys(operators).find((name) => name.toLowerCase() === bare)
  if (meant === 'Null') return 'Write "Null" without prefix and suffix.'
  if (meant) return `Write it as "${meant}", with "ForAllValues:" or "ForAnyValue:" before and "IfExists" after it if need be.`
  return `Known are ${Object.keys(operators).join(', ')}, with "ForAllValues:" or "ForAnyValue:" before and "IfExists" after them.`
}

function checkValue(text: Placed<string>, operator: Operator, { faults, version }: Reading): void {
  const { value } = text
  const template = operator.takesVariables && version === '2012-10-17' ? readTemplate(value) : plainTemplate(value)
  if ('problem' in template) fault(faults, text, 'malformed-variable', `${quoted(value)} ${template.problem}.`, 'Write ${key}, ${key, \'default\'}, or ${*}, ${?}, ${$} for these characters themselves.')
  else if (!operator.compile(template, value)) fault(faults, text, 'wrong-value', `${quoted(value)} is no value for ${operator.name}.`, `It must be ${operator.wants}.`)
}
