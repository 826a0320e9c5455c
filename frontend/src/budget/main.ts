import th from 'messages:th/common,budget,round'
import { startPage } from '../page'
import BudgetPage from './BudgetPage.svelte'

void startPage(BudgetPage, { th, en: () => import('messages:en/common,budget,round') })
